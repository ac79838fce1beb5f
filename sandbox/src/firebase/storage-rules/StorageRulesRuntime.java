import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import com.google.common.util.concurrent.SettableFuture;
import com.google.firebase.rules.lang.FirebaseRulesProtoCompiler;
import com.google.firebase.rules.lang.common.FirebaseRulesLangOptions;
import com.google.firebase.rules.runtime.common.AsyncRuntimeFunction;
import com.google.firebase.rules.runtime.common.EvaluationResult;
import com.google.firebase.rules.runtime.evaluators.AuthRuleEvaluator.RuleContext;
import com.google.firebase.rules.runtime.impl.SequentialEvaluator;
import com.google.firebase.rules.runtime.v1.ExecutionRequest;
import com.google.firebase.rules.runtime.v1.ExecutionResponse;
import com.google.firebase.rules.runtime.v1.ExpressionValue;
import com.google.firebase.rules.runtime.v1.RulesetAst;
import com.google.firebase.rules.v1.File;
import com.google.firebase.rules.v1.Issue;
import com.google.firebase.rules.v1.Source;
import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the Storage emulator of firebase-tools asks about rules, answered by the rules engine that is in the
 * Firestore emulator: it knows the rules of every Firebase service. One JSON object a line: questions come in
 * by standard input, answers go out by standard output, each with its question's id.
 */
public final class StorageRulesRuntime {
  private static final int READY = -1;
  private static final Gson GSON = new Gson();

  private final Map<String, RulesetAst> rulesets = new HashMap<>();
  /** Who waits for a document, by the question that it is for. */
  private final Map<Integer, SettableFuture<Boolean>> lookups = new HashMap<>();

  public static void main(String[] arguments) throws IOException {
    var runtime = new StorageRulesRuntime();
    var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    answer(READY, Map.of());
    for (var line = lines.readLine(); line != null; line = lines.readLine()) {
      runtime.receive(JsonParser.parseString(line).getAsJsonObject());
    }
  }

  private void receive(JsonObject message) throws InvalidProtocolBufferException {
    int id = message.get("id").getAsInt();
    if (!message.has("action")) {
      lookups.remove(id).set(text(message, "status").equals("ok"));
      return;
    }
    var context = message.getAsJsonObject("context");
    switch (text(message, "action")) {
      case "load_ruleset" -> load(id, context);
      case "verify" -> verify(id, context);
      default -> throw new IllegalArgumentException("Nobody knows what to do with " + message);
    }
  }

  private void load(int id, JsonObject context) {
    var source = Source.newBuilder();
    for (JsonElement element : context.getAsJsonObject("source").getAsJsonArray("files")) {
      var file = element.getAsJsonObject();
      source.addFiles(File.newBuilder().setName(text(file, "name")).setContent(text(file, "content")));
    }
    var options =
        FirebaseRulesLangOptions.builder().allowTernaryOperator(true).allowCrossServiceRules(true);
    var compiled = FirebaseRulesProtoCompiler.createStandalone(options.build()).compile(source.build());
    if (compiled.hasCompilationError()) {
      var errors = compiled.getIssues().stream().map(StorageRulesRuntime::sentenceOf).toList();
      answer(id, Map.of("errors", errors));
      return;
    }
    var ruleset = compiled.getRulesetAst();
    rulesets.put(text(context, "rulesetName"), ruleset);
    int version = ruleset.getVersion() == RulesetAst.Version.VERSION_2 ? 2 : 1;
    answer(id, Map.of("errors", List.of(), "result", Map.of("rulesVersion", version)));
  }

  private void verify(int id, JsonObject context) throws InvalidProtocolBufferException {
    var rule =
        RuleContext.builder()
            .service(text(context, "service"))
            .method(text(context, "method"))
            .path(text(context, "path"))
            .supplyFunction(new Exists(id));
    for (var variable : context.getAsJsonObject("variables").entrySet()) {
      var value = ExpressionValue.newBuilder();
      JsonFormat.parser().merge(variable.getValue().toString(), value);
      rule.supplyVariable(variable.getKey(), value.build());
    }
    var evaluator = new SequentialEvaluator(rulesets.get(text(context, "rulesetName")));
    var callback =
        new FutureCallback<EvaluationResult>() {
          @Override
          public void onSuccess(EvaluationResult result) {
            answer(id, Map.of("result", Map.of("permit", result.permit())));
          }

          /** A rule that cannot be evaluated allows nothing. */
          @Override
          public void onFailure(Throwable failure) {
            var warnings = List.of(String.valueOf(failure.getMessage()));
            answer(id, Map.of("result", Map.of("permit", false), "warnings", warnings));
          }
        };
    Futures.addCallback(evaluator.evaluate(rule.build()), callback, MoreExecutors.directExecutor());
  }

  private static String sentenceOf(Issue issue) {
    return "line " + issue.getSourcePosition().getLine() + ": " + issue.getDescription();
  }

  private static String text(JsonObject object, String name) {
    return object.get(name).getAsString();
  }

  private static void answer(int id, Map<String, ?> content) {
    tell(id, Map.of("status", "ok"), content);
  }

  private static void tell(int id, Map<String, ?> head, Map<String, ?> content) {
    var message = new HashMap<String, Object>(head);
    message.putAll(content);
    message.put("id", id);
    System.out.println(GSON.toJson(message));
  }

  /** `firestore.exists(path)` in a rule of Storage: who asks the question looks the document up. */
  private final class Exists implements AsyncRuntimeFunction {
    private final int id;

    Exists(int id) {
      this.id = id;
    }

    @Override
    public String name() {
      return "firestore.exists";
    }

    @Override
    public ListenableFuture<ExecutionResponse> execute(ExecutionRequest request) {
      var path = new StringBuilder();
      for (var segment : request.getArguments(0).getPathValue().getSegmentsList()) {
        path.append('/').append(segment.getSimple());
      }
      var exists = SettableFuture.<Boolean>create();
      lookups.put(id, exists);
      var head = Map.of("action", "fetch_firestore_document", "server_request_id", id);
      tell(id, head, Map.of("context", Map.of("path", path.toString())));
      return Futures.transform(exists, Exists::responseOf, MoreExecutors.directExecutor());
    }

    private static ExecutionResponse responseOf(boolean exists) {
      var value = ExpressionValue.newBuilder().setBoolValue(exists);
      return ExecutionResponse.newBuilder().setValue(value).build();
    }
  }
}

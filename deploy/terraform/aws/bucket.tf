resource "aws_s3_bucket" "recordings" {
  bucket        = var.bucket_name
  force_destroy = !var.deletion_protection
}

# Nothing in it is ever public: who may listen gets a signed URL.
resource "aws_s3_bucket_public_access_block" "recordings" {
  bucket                  = aws_s3_bucket.recordings.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "recordings" {
  bucket = aws_s3_bucket.recordings.id
  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "recordings" {
  bucket = aws_s3_bucket.recordings.id
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_policy" "recordings" {
  bucket = aws_s3_bucket.recordings.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "TlsOnly"
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = [aws_s3_bucket.recordings.arn, "${aws_s3_bucket.recordings.arn}/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
  depends_on = [aws_s3_bucket_public_access_block.recordings]
}

resource "aws_s3_bucket_lifecycle_configuration" "recordings" {
  bucket = aws_s3_bucket.recordings.id

  # A manager that dies while it uploads leaves what nobody sees and everybody pays for.
  rule {
    id     = "unfinished-uploads"
    status = "Enabled"
    filter {}
    abort_incomplete_multipart_upload {
      days_after_initiation = 2
    }
  }

  # Parts of recordings whose manager never came to remove them. S3 does not look at the end of a name, so that
  # the manager marks parts with a tag.
  rule {
    id     = "parts-left-behind"
    status = "Enabled"
    filter {
      tag {
        key   = "meeting-bot"
        value = "part"
      }
    }
    expiration {
      days = var.parts_retention_days
    }
  }

  dynamic "rule" {
    for_each = var.recording_retention_days == null ? [] : [var.recording_retention_days]
    content {
      id     = "old-recordings"
      status = "Enabled"
      filter {}
      expiration {
        days = rule.value
      }
    }
  }
}

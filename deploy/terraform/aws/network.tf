# Bots call meetings and are called by nobody: private subnets, one way out. The way out is a NAT gateway, since
# meetings are on the internet; recordings leave through the endpoint of S3, which costs nothing.

data "aws_availability_zones" "here" {
  count = var.network == null ? 1 : 0
  state = "available"
}

locals {
  zones      = var.network == null ? slice(data.aws_availability_zones.here[0].names, 0, 2) : []
  vpc_id     = var.network == null ? aws_vpc.bots[0].id : var.network.vpc_id
  subnet_ids = var.network == null ? aws_subnet.private[*].id : var.network.subnet_ids
}

resource "aws_vpc" "bots" {
  count                = var.network == null ? 1 : 0
  cidr_block           = var.vpc_cidr
  enable_dns_support   = true
  enable_dns_hostnames = true
  tags                 = { Name = var.name }
}

# What names no security group gets this one, and with it no connection.
resource "aws_default_security_group" "closed" {
  count  = var.network == null ? 1 : 0
  vpc_id = aws_vpc.bots[0].id
}

resource "aws_internet_gateway" "out" {
  count  = var.network == null ? 1 : 0
  vpc_id = aws_vpc.bots[0].id
  tags   = { Name = var.name }
}

# For the NAT gateway alone.
resource "aws_subnet" "public" {
  count             = var.network == null ? 1 : 0
  vpc_id            = aws_vpc.bots[0].id
  availability_zone = local.zones[0]
  cidr_block        = cidrsubnet(var.vpc_cidr, 4, 0)
  tags              = { Name = "${var.name}-public" }
}

# A quarter of the addresses each.
resource "aws_subnet" "private" {
  count             = length(local.zones)
  vpc_id            = aws_vpc.bots[0].id
  availability_zone = local.zones[count.index]
  cidr_block        = cidrsubnet(var.vpc_cidr, 2, count.index + 1)
  tags              = { Name = "${var.name}-private-${count.index + 1}" }
}

resource "aws_eip" "nat" {
  count      = var.network == null ? 1 : 0
  domain     = "vpc"
  tags       = { Name = var.name }
  depends_on = [aws_internet_gateway.out]
}

# One: a zone that fails takes the meetings of an hour along, and another gateway costs more than that is worth.
resource "aws_nat_gateway" "out" {
  count         = var.network == null ? 1 : 0
  subnet_id     = aws_subnet.public[0].id
  allocation_id = aws_eip.nat[0].id
  tags          = { Name = var.name }
}

resource "aws_route_table" "public" {
  count  = var.network == null ? 1 : 0
  vpc_id = aws_vpc.bots[0].id
  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.out[0].id
  }
  tags = { Name = "${var.name}-public" }
}

resource "aws_route_table_association" "public" {
  count          = var.network == null ? 1 : 0
  route_table_id = aws_route_table.public[0].id
  subnet_id      = aws_subnet.public[0].id
}

resource "aws_route_table" "private" {
  count  = var.network == null ? 1 : 0
  vpc_id = aws_vpc.bots[0].id
  route {
    cidr_block     = "0.0.0.0/0"
    nat_gateway_id = aws_nat_gateway.out[0].id
  }
  tags = { Name = "${var.name}-private" }
}

resource "aws_route_table_association" "private" {
  count          = length(local.zones)
  route_table_id = aws_route_table.private[0].id
  subnet_id      = aws_subnet.private[count.index].id
}

resource "aws_vpc_endpoint" "s3" {
  count           = var.network == null ? 1 : 0
  vpc_id          = aws_vpc.bots[0].id
  service_name    = "com.amazonaws.${var.region}.s3"
  route_table_ids = [aws_route_table.private[0].id]
  tags            = { Name = "${var.name}-s3" }
}

resource "aws_security_group" "bots" {
  name_prefix = "${var.name}-"
  description = "Meeting bots: out to anywhere, in from nowhere but the callers."
  vpc_id      = local.vpc_id
  lifecycle {
    create_before_destroy = true
  }
}

# Meetings send their media from any address and port, over UDP where they can.
resource "aws_vpc_security_group_egress_rule" "anywhere" {
  security_group_id = aws_security_group.bots.id
  description       = "To the meetings, S3 and Google."
  ip_protocol       = "-1"
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_vpc_security_group_ingress_rule" "caller" {
  for_each                     = var.callers
  security_group_id            = aws_security_group.bots.id
  referenced_security_group_id = each.value
  description                  = "The bot's API, for ${each.value} alone."
  ip_protocol                  = "tcp"
  from_port                    = 3000
  to_port                      = 3000
}

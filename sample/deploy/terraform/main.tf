terraform {
  required_version = ">= 1.5"
  required_providers {
    aws     = { source = "hashicorp/aws", version = ">= 6.25.0" } # the first with durable_config
    archive = { source = "hashicorp/archive", version = ">= 2.4.0" }
  }
}

variable "name" {
  type    = string
  default = "orders"
}

data "aws_caller_identity" "this" {}
data "aws_region" "this" {}
data "aws_partition" "this" {}

locals {
  functions   = "arn:${data.aws_partition.this.partition}:lambda:${data.aws_region.this.region}:${data.aws_caller_identity.this.account_id}:function"
  fulfil      = "${var.name}-fulfil-order"
  fulfil_arn  = "${local.functions}:${local.fulfil}"
  live_arn    = "${local.fulfil_arn}:live"
  environment = { fulfil = { DURABLE_HANDLER = "fulfil-order" }, api = { FULFIL_ORDER_FUNCTION = local.live_arn } }
}

data "archive_file" "bundle" {
  type        = "zip"
  source_dir  = "${path.module}/bundle"
  output_path = "${path.module}/bundle.zip"
}

resource "aws_lambda_function" "fulfil" {
  function_name    = local.fulfil
  role             = aws_iam_role.fulfil.arn
  runtime          = "nodejs24.x"
  architectures    = ["arm64"]
  handler          = "index.handler"
  filename         = data.archive_file.bundle.output_path
  source_code_hash = data.archive_file.bundle.output_base64sha256
  memory_size      = 512
  timeout          = 60
  publish          = true

  # Set when the function is created: AWS makes no existing function durable. The provider has no argument for a key yet,
  # so what executions save is encrypted with a key that AWS owns.
  durable_config {
    execution_timeout = 604800
    retention_period  = 14
  }

  environment {
    variables = local.environment.fulfil
  }

  logging_config {
    log_format = "JSON"
  }

  depends_on = [aws_iam_role_policy.checkpointing, aws_iam_role_policy_attachment.fulfil_logs]
}

resource "aws_lambda_alias" "live" {
  name             = "live"
  function_name    = aws_lambda_function.fulfil.function_name
  function_version = aws_lambda_function.fulfil.version
}

resource "aws_lambda_function" "api" {
  function_name    = "${var.name}-api"
  role             = aws_iam_role.api.arn
  runtime          = "nodejs24.x"
  architectures    = ["arm64"]
  handler          = "index.handler"
  filename         = data.archive_file.bundle.output_path
  source_code_hash = data.archive_file.bundle.output_base64sha256
  memory_size      = 512
  timeout          = 29

  environment {
    variables = local.environment.api
  }

  logging_config {
    log_format = "JSON"
  }

  depends_on = [aws_iam_role_policy_attachment.api_logs]
}

resource "aws_lambda_function_url" "api" {
  function_name      = aws_lambda_function.api.function_name
  authorization_type = "AWS_IAM"
}

# The service sends every change of an execution's status to EventBridge. Those of the durable function go to the other one,
# which has an `@OnExecutionStatus()` method for them.
resource "aws_cloudwatch_event_rule" "status_change" {
  name_prefix = "${var.name}-status-change-"
  event_pattern = jsonencode({
    source        = ["aws.lambda"]
    "detail-type" = ["Durable Execution Status Change"]
    detail = {
      functionArn = [local.fulfil_arn, { prefix = "${local.fulfil_arn}:" }]
      status      = ["FAILED", "TIMED_OUT", "STOPPED"]
    }
  })
}

resource "aws_cloudwatch_event_target" "order_alarms" {
  rule = aws_cloudwatch_event_rule.status_change.name
  arn  = aws_lambda_function.api.arn

  dead_letter_config {
    arn = aws_sqs_queue.undelivered.arn
  }
}

resource "aws_lambda_permission" "status_change" {
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.api.function_name
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.status_change.arn
}

# What EventBridge could not deliver within a day.
resource "aws_sqs_queue" "undelivered" {
  name_prefix               = "${var.name}-undelivered-"
  message_retention_seconds = 1209600
}

data "aws_iam_policy_document" "undelivered" {
  statement {
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.undelivered.arn]
    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com"]
    }
    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = [aws_cloudwatch_event_rule.status_change.arn]
    }
  }
}

resource "aws_sqs_queue_policy" "undelivered" {
  queue_url = aws_sqs_queue.undelivered.id
  policy    = data.aws_iam_policy_document.undelivered.json
}

output "url" {
  value = aws_lambda_function_url.api.function_url
}

output "fulfil_alias" {
  value = aws_lambda_alias.live.arn
}

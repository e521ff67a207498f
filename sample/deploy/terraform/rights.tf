data "aws_iam_policy_document" "lambda_may_assume" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "account_may_assume" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "AWS"
      identifiers = ["arn:${data.aws_partition.this.partition}:iam::${data.aws_caller_identity.this.account_id}:root"]
    }
  }
}

resource "aws_iam_role" "fulfil" {
  name_prefix        = "${var.name}-fulfil-"
  assume_role_policy = data.aws_iam_policy_document.lambda_may_assume.json
}

resource "aws_iam_role" "api" {
  name_prefix        = "${var.name}-api-"
  assume_role_policy = data.aws_iam_policy_document.lambda_may_assume.json
}

resource "aws_iam_role" "operators" {
  name_prefix        = "${var.name}-operators-"
  assume_role_policy = data.aws_iam_policy_document.account_may_assume.json
}

resource "aws_iam_role_policy_attachment" "fulfil_logs" {
  role       = aws_iam_role.fulfil.name
  policy_arn = "arn:${data.aws_partition.this.partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
}

resource "aws_iam_role_policy_attachment" "api_logs" {
  role       = aws_iam_role.api.name
  policy_arn = "arn:${data.aws_partition.this.partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
}

# Executions of every version: rights are checked against their ARNs, in which an alias never stands.
data "aws_iam_policy_document" "checkpointing" {
  statement {
    actions   = ["lambda:CheckpointDurableExecution", "lambda:GetDurableExecutionState"]
    resources = ["${local.fulfil_arn}:*"]
  }
}

resource "aws_iam_role_policy" "checkpointing" {
  role   = aws_iam_role.fulfil.name
  policy = data.aws_iam_policy_document.checkpointing.json
}

data "aws_iam_policy_document" "starting" {
  statement {
    actions   = ["lambda:InvokeFunction"]
    resources = [local.live_arn]
  }
}

resource "aws_iam_role_policy" "starting" {
  role   = aws_iam_role.api.name
  policy = data.aws_iam_policy_document.starting.json
}

# Listing is checked against the ARN that was asked for.
data "aws_iam_policy_document" "watching" {
  statement {
    actions   = ["lambda:ListDurableExecutionsByFunction"]
    resources = [local.fulfil_arn, local.live_arn]
  }
  statement {
    actions   = ["lambda:GetDurableExecution"]
    resources = ["${local.fulfil_arn}:*"]
  }
}

resource "aws_iam_role_policy" "watching" {
  role   = aws_iam_role.api.name
  policy = data.aws_iam_policy_document.watching.json
}

data "aws_iam_policy_document" "answering_callbacks" {
  statement {
    actions = [
      "lambda:SendDurableExecutionCallbackSuccess",
      "lambda:SendDurableExecutionCallbackFailure",
      "lambda:SendDurableExecutionCallbackHeartbeat",
    ]
    resources = ["${local.fulfil_arn}:*"]
  }
}

resource "aws_iam_role_policy" "answering_callbacks" {
  role   = aws_iam_role.api.name
  policy = data.aws_iam_policy_document.answering_callbacks.json
}

data "aws_iam_policy_document" "operating" {
  statement {
    actions = [
      "lambda:GetDurableExecution",
      "lambda:GetDurableExecutionHistory",
      "lambda:StopDurableExecution",
      "lambda:PauseDurableExecution",
      "lambda:ResumeDurableExecution",
    ]
    resources = ["${local.fulfil_arn}:*"]
  }
  statement {
    actions   = ["lambda:ListDurableExecutionsByFunction"]
    resources = [local.fulfil_arn, "${local.fulfil_arn}:*"]
  }
}

resource "aws_iam_role_policy" "operating" {
  role   = aws_iam_role.operators.name
  policy = data.aws_iam_policy_document.operating.json
}

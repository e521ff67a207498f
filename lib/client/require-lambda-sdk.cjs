'use strict';

exports.requireLambdaSdk = () => require('@aws-sdk/client-lambda');

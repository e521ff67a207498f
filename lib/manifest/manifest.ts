/** A statement of an IAM policy. `${AWS::Region}` and its like are as CloudFormation's `Fn::Sub` replaces them. */
export interface IamStatement {
  Sid: string;
  Effect: 'Allow';
  Action: string[];
  Resource: string[];
}

/** An export that `createLambdaHandler()` has made: what one Lambda function runs. */
export interface ManifestFunction {
  /** Name of the export. */
  export: string;
  /** The `@Durable()` methods that it runs. */
  handlers: string[];
  /** The one for inputs that name none, where that is known. */
  defaultHandler?: string;
  /** Whether HTTP events reach the router. */
  http: boolean;
}

/** A `@Durable()` method. */
export interface ManifestHandler {
  /** What executions, `functions` of `forRoot()` and `DURABLE_HANDLER` call it. */
  name: string;
  /** Class and method. */
  at: string;
  /** Whether `@Durable()` names it; a name made of class and method changes when a bundler renames the class. */
  nameIsExplicit: boolean;
  /** How it is reached: by an input, or by an HTTP request. */
  route: 'direct' | 'http';
}

/** A method of a controller. */
export interface ManifestRoute {
  /** Class and method. */
  at: string;
  method: string;
  /** Without a global prefix, and without versions. */
  path: string;
  durable: boolean;
  /** Whether it has `@CompletesCallback()`. */
  completesCallbacks: boolean;
}

/** A `@LambdaEvent()` method. */
export interface ManifestEvent {
  /** Class and method. */
  at: string;
  /** Such as `sqs`; absent for one with a matcher of its own. */
  source?: string;
  from?: string;
}

/** An environment variable of the function. */
export interface ManifestVariable {
  name: string;
  /** The values that have a meaning. */
  values: string[];
  /** When it is needed. */
  why: string;
}

/** What the code of an application says about its deployment. */
export interface Manifest {
  version: 1;
  functions: ManifestFunction[];
  handlers: ManifestHandler[];
  routes: ManifestRoute[];
  events: ManifestEvent[];
  /** By the role that needs it; a function that does several of these things needs several. Only roles that exist. */
  iam: {
    /** Of functions that run `@Durable()` methods. */
    durableFunction?: IamStatement[];
    /** Of functions with a class that injects `DurableClient`. */
    starter?: IamStatement[];
    /** Of functions with a class that injects `DurableControlClient`. */
    operator?: IamStatement[];
    /** Of functions with a `@CompletesCallback()` route, or which complete callbacks by `DurableControlClient`. */
    callbackSender?: IamStatement[];
  };
  environment: ManifestVariable[];
  /** What is likely to go wrong. */
  warnings: string[];
  /** What code does not say, and a template has to. */
  notDerivable: string[];
}

/** A statement of an IAM policy. CloudFormation's `Fn::Sub` replaces `${AWS::Region}` and the like. */
export interface IamStatement {
  Sid: string;
  Effect: 'Allow';
  Action: string[];
  Resource: string[];
}

/** An export that `createLambdaHandler()` has created: what one Lambda function runs. */
export interface ManifestFunction {
  /** Name of the export. */
  export: string;
  /** The `@Durable()` methods that it runs. */
  handlers: string[];
  /** The handler for inputs that name none, if it is known. */
  defaultHandler?: string;
  /** Whether HTTP events reach the router. */
  http: boolean;
}

/** A `@Durable()` method. */
export interface ManifestHandler {
  /** The name that executions, `functions` of `forRoot()` and `DURABLE_HANDLER` use. */
  name: string;
  /** Class and method. */
  at: string;
  /** Whether `@Durable()` names it; a default name, of class and method, changes when a bundler renames the class. */
  nameIsExplicit: boolean;
  /** Whether an input or an HTTP request starts it. */
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
  /** Such as `sqs`; absent for a method with its own matcher. */
  source?: string;
  from?: string;
}

/** An environment variable of the function. */
export interface ManifestVariable {
  name: string;
  /** The values that have an effect. */
  values: string[];
  /** When it is needed. */
  why: string;
}

/** What the code of an application states about its deployment. */
export interface Manifest {
  version: 1;
  functions: ManifestFunction[];
  handlers: ManifestHandler[];
  routes: ManifestRoute[];
  events: ManifestEvent[];
  /**
   * By the role that needs it; a function with several of these roles needs several. Only roles that the application
   * has.
   */
  iam: {
    /** Of functions that run `@Durable()` methods. */
    durableFunction?: IamStatement[];
    /** Of functions with a class that injects `DurableClient`. */
    starter?: IamStatement[];
    /** Of functions with a class that injects `DurableControlClient`. */
    operator?: IamStatement[];
    /** Of functions with a `@CompletesCallback()` route, or that complete callbacks by `DurableControlClient`. */
    callbackSender?: IamStatement[];
    /** Of functions with a class that injects `DurableHealthIndicator`. */
    healthCheck?: IamStatement[];
  };
  environment: ManifestVariable[];
  /** Likely mistakes. */
  warnings: string[];
  /** What the code does not state, but a template must. */
  notDerivable: string[];
}

import fc from 'fast-check';
import { NestingType } from '../../../lib/engine/operations/batch-config.js';

export interface StepNode {
  kind: 'step';
  /** Turns of the event loop that the body takes. */
  turns: number;
  /** Attempts that fail before one succeeds. */
  failures: number;
  /** Whether the strategy gives up at the first failure, if there is one. */
  givesUp: boolean;
  isAtMostOnce: boolean;
}
export interface WaitNode {
  kind: 'wait';
  seconds: number;
}
export interface ConditionNode {
  kind: 'condition';
  checks: number;
}
/** Something that the outside completes. */
export interface OutsideNode {
  kind: 'callback' | 'invoke';
}
export interface ChildNode {
  kind: 'child';
  body: TreeNode[];
  fails: boolean;
  isLarge: boolean;
  isVirtual: boolean;
}
export interface MapNode {
  kind: 'map';
  items: TreeNode[][];
  maxConcurrency: number;
  nesting: NestingType;
}
/** Operations started together and awaited together. */
export interface BranchesNode {
  kind: 'branches';
  how: 'all' | 'allSettled' | 'race' | 'any';
  /** Whether the combinator is the context's own, whose outcome is saved. */
  isDurable: boolean;
  branches: OperationNode[];
}
export type OperationNode = StepNode | WaitNode | ConditionNode | OutsideNode | ChildNode | MapNode;
export type TreeNode = OperationNode | BranchesNode;

/** A type, since an interface may yet gain members of which `letrec` knows nothing. */
type Nodes = {
  step: StepNode;
  wait: WaitNode;
  condition: ConditionNode;
  outside: OutsideNode;
  child: ChildNode;
  map: MapNode;
  branches: BranchesNode;
  body: TreeNode[];
};

export interface TreeOptions {
  /** Races leave losers behind, whose end depends on timing. */
  withRaces: boolean;
}

/** True once in so many. */
const oneIn = (count: number): fc.Arbitrary<boolean> =>
  fc.oneof({ weight: count - 1, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) });

/** Bodies of a few operations each, three levels deep. */
export function treesOf({ withRaces }: TreeOptions): fc.Arbitrary<TreeNode[]> {
  return fc.letrec<Nodes>((tie) => ({
    step: fc.record({
      kind: fc.constant('step' as const),
      turns: fc.nat({ max: 6 }),
      failures: oneIn(4).chain((fails) => (fails ? fc.integer({ min: 1, max: 2 }) : fc.constant(0))),
      givesUp: fc.boolean(),
      isAtMostOnce: fc.boolean(),
    }),
    wait: fc.record({ kind: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 30 }) }),
    condition: fc.record({ kind: fc.constant('condition' as const), checks: fc.integer({ min: 1, max: 3 }) }),
    outside: fc.record({ kind: fc.constantFrom('callback', 'invoke') }),
    child: fc.record({
      kind: fc.constant('child' as const),
      body: tie('body'),
      fails: oneIn(5),
      isLarge: oneIn(7),
      isVirtual: oneIn(6),
    }),
    map: fc.record({
      kind: fc.constant('map' as const),
      items: fc.array(tie('body'), { maxLength: 3 }),
      maxConcurrency: fc.integer({ min: 1, max: 3 }),
      nesting: fc.constantFrom(NestingType.NESTED, NestingType.FLAT),
    }),
    branches: fc.record({
      kind: fc.constant('branches' as const),
      how: withRaces ? fc.constantFrom('all', 'allSettled', 'race', 'any') : fc.constantFrom('all', 'allSettled'),
      isDurable: oneIn(3),
      branches: fc.array(
        fc.oneof(tie('step'), tie('wait'), tie('condition'), tie('outside'), tie('child'), tie('map')),
        {
          minLength: 1,
          maxLength: 3,
        },
      ),
    }),
    body: fc.array(
      fc.oneof(
        { maxDepth: 2, depthSize: 'small' },
        tie('step'),
        tie('wait'),
        tie('condition'),
        tie('outside'),
        tie('branches'),
        tie('child'),
        tie('map'),
      ),
      { minLength: 1, maxLength: 3 },
    ),
  })).body;
}

/** The same tree, whose steps take other times. */
export function withOtherDurations(tree: readonly TreeNode[], decide: () => boolean): TreeNode[] {
  const change = <T extends TreeNode>(node: T): T => {
    switch (node.kind) {
      case 'step':
        return { ...node, turns: decide() ? 6 - node.turns : node.turns };
      case 'child':
        return { ...node, body: node.body.map(change) };
      case 'map':
        return { ...node, items: node.items.map((item) => item.map(change)) };
      case 'branches':
        return { ...node, branches: node.branches.map(change) };
      default:
        return node;
    }
  };
  return tree.map(change);
}

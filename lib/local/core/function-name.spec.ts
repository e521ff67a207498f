import { parseFunctionReference, versionOf } from './function-name.js';

describe('parseFunctionReference', () => {
  it.each([
    ['f', { name: 'f' }],
    ['f:$LATEST', { name: 'f', qualifier: '$LATEST' }],
    ['f:prod', { name: 'f', qualifier: 'prod' }],
    ['function:f', { name: 'f' }],
    ['123456789012:function:f:3', { name: 'f', qualifier: '3', accountId: '123456789012' }],
    ['arn:aws:lambda:us-east-1:123456789012:function:f', { name: 'f', region: 'us-east-1', accountId: '123456789012' }],
    [
      'arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:f:1',
      { name: 'f', qualifier: '1', region: 'us-gov-west-1', accountId: '123456789012' },
    ],
  ])('reads %s', (text, reference) => {
    expect(parseFunctionReference(text)).toEqual({
      qualifier: undefined,
      region: undefined,
      accountId: undefined,
      ...reference,
    });
  });

  it('takes the qualifier that is given beside the name, unless the name has another', () => {
    expect(parseFunctionReference('f', '2')).toMatchObject({ name: 'f', qualifier: '2' });
    expect(parseFunctionReference('f:2', '2')).toMatchObject({ name: 'f', qualifier: '2' });
    expect(() => parseFunctionReference('f:live', '2')).toThrow('does not match the specified qualifier');
  });

  it.each(['', 'a b', 'arn:aws:s3:::bucket', 'f:', 'f:a:b'])('refuses %p', (text) => {
    expect(() => parseFunctionReference(text)).toThrow(`Invalid function ARN '${text}'`);
  });
});

describe('versionOf', () => {
  it('keeps numbers and takes everything else for the latest code', () => {
    expect([undefined, '$LATEST', 'prod', '12'].map(versionOf)).toEqual(['$LATEST', '$LATEST', '$LATEST', '12']);
  });
});

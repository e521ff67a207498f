import { createClassSerdes, createClassSerdesWithDates } from './class-serdes.js';
import type { AnySerdes } from './serdes.js';

const context = { entityId: '1', durableExecutionArn: 'arn' };

class User {
  name = '';
  age = 0;
  #greeting = 'Hello';

  greet(): string {
    return `${this.#greeting}, ${this.name}`;
  }
}

class Article {
  createdAt = new Date(0);
  metadata: { updatedAt?: Date | null; tags?: string[] } = {};
}

async function roundTrip<T>(serdes: AnySerdes, value: T): Promise<T> {
  return serdes.deserialize(await serdes.serialize(value, context), context);
}

describe('createClassSerdes', () => {
  const serdes = createClassSerdes(User);

  it('brings back an instance with the members it had', async () => {
    const user = Object.assign(new User(), { name: 'Ada', age: 36 });
    await expect(serdes.serialize(user, context)).resolves.toBe('{"name":"Ada","age":36}');
    const back = await roundTrip(serdes, user);
    expect(back).toBeInstanceOf(User);
    expect(back).toEqual(user);
    expect(back.greet()).toBe('Hello, Ada');
  });

  it('keeps what is no instance as it is', async () => {
    await expect(roundTrip(serdes, undefined)).resolves.toBeUndefined();
    await expect(roundTrip(serdes, null)).resolves.toBeNull();
  });

  it('rejects what is not JSON', async () => {
    await expect(serdes.deserialize('{', context)).rejects.toThrow(SyntaxError);
  });
});

describe('createClassSerdesWithDates', () => {
  const serdes = createClassSerdesWithDates(Article, [
    'createdAt',
    'metadata.updatedAt',
    'metadata.missing.at',
    'nowhere',
  ]);

  it('brings dates back as dates, also within members', async () => {
    const article = new Article();
    article.createdAt = new Date(1);
    article.metadata = { updatedAt: new Date(2), tags: ['2020-01-01'] };
    const back = await roundTrip(serdes, article);
    expect(back).toBeInstanceOf(Article);
    expect(back).toEqual(article);
  });

  it('leaves dates that are absent or null alone', async () => {
    const article = Object.assign(new Article(), { metadata: { updatedAt: null } });
    await expect(roundTrip(serdes, article)).resolves.toEqual(article);
    await expect(serdes.deserialize('{"createdAt":null,"metadata":null}', context)).resolves.toEqual({
      createdAt: null,
      metadata: null,
    });
    await expect(serdes.deserialize(undefined, context)).resolves.toBeUndefined();
  });
});

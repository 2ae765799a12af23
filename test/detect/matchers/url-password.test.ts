import { describe, expect, it } from 'vitest';
import { found } from '../support/scan.ts';

describe('plain words as passwords in URLs', () => {
  it.each([
    ['postgres://app:secret@host', 'secret'],
    ['postgres://app:secret@db:5432/app', 'secret'],
    ['redis://:redis@redis:6379', 'redis'],
    ['amqp://guest:guest@rabbitmq:5672', 'guest'],
    ['mongodb://root:secret@[2001:db8::1]/app', 'secret'],
  ])('%j holds one', (text, password) => {
    expect(found(text).join()).toContain(`url-password ${password}`);
  });

  it('are covered by the address they make with a host that has dots', () => {
    expect(found('mysql://root:password@db.internal/app')).toEqual(['email password@db.internal']);
  });

  it.each([
    'postgres://user:password@localhost/app',
    'postgres://postgres:postgres@localhost:5432/app',
    'mysql://root:root@127.0.0.1/app',
    'http://username:password@hostname/',
    'http://user:pass@host',
    'http://foo:bar@:8080',
  ])('%j is what manuals write', (text) => {
    expect(found(text)).toEqual([]);
  });
});

describe('percent-encoded @', () => {
  it.each([
    ['email=ada%40example.org&x=1', ['email-encoded ada%40example.org']],
    ['?u=ada%2Btag%40example.org&b', ['email-encoded ada%2Btag%40example.org']],
    ['u=%22ada%40example.org%22', ['email-encoded ada%40example.org']],
    ['m%3Dj%C3%BCrgen%40example.org', ['email-encoded j%C3%BCrgen%40example.org']],
    ['next=https%3A%2F%2Fada%3As3cret%40db%3A5432%2Fx', ['url-password-encoded s3cret']],
    ['a%40b', []],
    ['%40example.org', []],
    ['q=50%40sale', []],
    ['next=https%3A%2F%2Fexample.org%3A80%2F', []],
  ])('%j', (text, expected) => {
    expect(found(text)).toEqual(expected);
  });

  it('in user and password of a URL leaves nothing of them', () => {
    const text = 'postgres://ada%40example.org:p%40ss@db.example.org/app';
    expect(found(text)).toEqual(['email-encoded ada%40example.org', 'email p%40ss@db.example.org']);
  });
});

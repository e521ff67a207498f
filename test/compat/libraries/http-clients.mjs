import nodeHttp from 'node:http';
import nodeHttps from 'node:https';
import axios from 'axios';
import got from 'got';
import ky from 'ky';
import nodeFetch from 'node-fetch';
import * as undici from 'undici';
import { closedPort, http } from './loopback.mjs';
import { nextError, provoked, provokedWith } from './provocation.mjs';
import { AUTH, BODY } from './secrets.mjs';

const headers = { authorization: `Bearer ${AUTH}` };
const data = { secret: BODY };
const body = JSON.stringify(data);

export async function provocations() {
  const url = `http://127.0.0.1:${await http()}`;
  const refused = `http://127.0.0.1:${await closedPort()}/x`;
  return [
    ...ofNode(url, refused),
    ...ofFetch(url, refused),
    ...ofUndici(url, refused),
    ...ofAxios(url, refused),
    ...ofGot(url, refused),
    ...ofKy(url, refused),
    ...ofNodeFetch(url, refused),
  ];
}

function ofNode(url, refused) {
  const request = (to, settings) => nextError(nodeHttp.request(to, { headers, ...settings }).end());
  return [
    provoked('node refused', 'connect-refused', 'T', () => request(refused)),
    provoked('node reset', 'node-unanswered', 'A', () => request(`${url}/reset`)),
    provoked('node nonsense', 'node-unanswered', 'A', () => request(`${url}/nonsense`)),
    provoked('node unknown host', 'connect-unknown-host', 'T', () => request('http://nobody.invalid/')),
    provoked('node plain port', 'node-certificate', 'P', () =>
      nextError(nodeHttps.request(url.replace('http', 'https')).end()),
    ),
    provoked('node bad url', 'node-misuse', 'P', () => nodeHttp.request('/orders')),
  ];
}

function ofFetch(url, refused) {
  const send = (to, settings) =>
    fetch(to, { method: 'POST', headers, body, ...settings }).then((answer) => answer.json());
  return [
    provoked('fetch refused', 'connect-refused', 'T', () => send(refused)),
    provoked('fetch reset', 'node-unanswered', 'A', () => send(`${url}/reset`)),
    provoked('fetch half', 'node-unanswered', 'A', () => send(`${url}/half`)),
    provoked('fetch timeout', 'timeout', 'A', () => send(`${url}/hang`, { signal: AbortSignal.timeout(50) })),
    provoked('fetch abort', 'aborted', 'P', () => send(`${url}/hang`, { signal: AbortSignal.abort() })),
    provoked('fetch loop', 'fetch-redirects', 'P', () => fetch(`${url}/loop`)),
    provoked('fetch page', 'bug', 'P', () => send(`${url}/page`)),
    provoked('fetch bad url', 'node-misuse', 'P', () => fetch('/orders')),
  ];
}

function ofUndici(url, refused) {
  const request = (to, settings) =>
    undici.request(to, { method: 'POST', headers, body, ...settings }).then((answer) => answer.body.json());
  const strict = new undici.Agent().compose(undici.interceptors.responseError());
  return [
    provoked('undici refused', 'connect-refused', 'T', () => request(refused)),
    provoked('undici reset', 'node-unanswered', 'A', () => request(`${url}/reset`)),
    provoked('undici headers timeout', 'node-unanswered', 'A', () => request(`${url}/hang`, { headersTimeout: 50 })),
    provoked('undici nonsense', 'node-unanswered', 'A', () => request(`${url}/nonsense`)),
    provoked('undici 400', 'http-refused', 'P', () => request(`${url}/status/400`, { dispatcher: strict })),
    provokedWith(7, 'undici 503', 'http-try-later', 'T', () =>
      request(`${url}/status/503?after=7`, { dispatcher: strict }),
    ),
    provoked('undici misuse', 'node-misuse', 'P', () => undici.request(url, { method: 7 })),
  ];
}

function ofAxios(url, refused) {
  const post = (to, settings) =>
    axios.post(to, data, { headers, auth: { username: 'u', password: AUTH }, ...settings });
  return [
    provoked('axios 400', 'http-refused', 'P', () => post(`${url}/status/400`)),
    provoked('axios 409', 'http-conflict', 'P', () => post(`${url}/status/409`)),
    provokedWith(7, 'axios 429', 'http-try-later', 'T', () => post(`${url}/status/429?after=7`)),
    provoked('axios 500', 'http-unanswered', 'A', () => post(`${url}/status/500`)),
    provoked('axios get 500', 'http-unanswered', 'T', () => axios.get(`${url}/status/500`, { headers })),
    provoked('axios refused', 'connect-refused', 'T', () => post(refused)),
    provoked('axios reset', 'node-unanswered', 'A', () => post(`${url}/reset`)),
    provoked('axios timeout', 'axios-unanswered', 'A', () => post(`${url}/hang`, { timeout: 50 })),
    provoked('axios half', 'axios-unanswered', 'A', () => post(`${url}/half`)),
    provoked('axios cancelled', 'axios-cancelled', 'P', () => post(`${url}/hang`, { signal: AbortSignal.abort() })),
    provoked('axios signal timeout', 'axios-cancelled-by-timeout', 'A', () =>
      post(`${url}/hang`, { signal: AbortSignal.timeout(50) }),
    ),
    provoked('axios loop', 'axios-not-sent', 'P', () => axios.get(`${url}/loop`)),
    provoked('axios large body', 'axios-not-sent', 'P', () => post(`${url}/status/200`, { maxBodyLength: 3 })),
    provoked('axios large answer', 'axios-not-sent', 'P', () => post(`${url}/status/200`, { maxContentLength: 3 })),
    provoked('axios fetch adapter', 'connect-refused', 'T', () => post(refused, { adapter: 'fetch' })),
  ];
}

function ofGot(url, refused) {
  const post = (to, settings) => got.post(to, { headers, json: data, retry: { limit: 0 }, ...settings });
  return [
    provoked('got 404', 'http-refused', 'P', () => post(`${url}/status/404`)),
    provokedWith(7, 'got 429', 'http-try-later', 'T', () => post(`${url}/status/429?after=7`)),
    provoked('got 502', 'http-unanswered', 'A', () => post(`${url}/status/502`)),
    provoked('got refused', 'connect-refused', 'T', () => post(refused)),
    provoked('got timeout', 'node-unanswered', 'A', () => post(`${url}/hang`, { timeout: { request: 50 } })),
    provoked('got page', 'got-unusable-answer', 'P', () => post(`${url}/page`).json()),
    provoked('got loop', 'got-unusable-answer', 'P', () => got(`${url}/loop`)),
  ];
}

function ofKy(url, refused) {
  const post = (to, settings) => ky.post(to, { headers, json: data, retry: 0, ...settings });
  return [
    provoked('ky 404', 'http-refused', 'P', () => post(`${url}/status/404`)),
    provokedWith(7, 'ky 503', 'http-try-later', 'T', () => post(`${url}/status/503?after=7`)),
    provoked('ky refused', 'connect-refused', 'T', () => post(refused)),
    provoked('ky timeout', 'timeout', 'A', () => post(`${url}/hang`, { timeout: 50 })),
  ];
}

function ofNodeFetch(url, refused) {
  const post = (to) => nodeFetch(to, { method: 'POST', headers, body });
  return [
    provoked('node-fetch refused', 'connect-refused', 'T', () => post(refused)),
    provoked('node-fetch reset', 'node-unanswered', 'A', () => post(`${url}/reset`)),
    provoked('node-fetch loop', 'node-fetch-permanent', 'P', () => nodeFetch(`${url}/loop`)),
  ];
}

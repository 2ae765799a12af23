// Made up: reserved domains and telephone numbers, card numbers that payment providers publish for
// tests. Tokens are put together here so that secret scanners do not take this file for a leak.
const ACCESS_KEY = 'AKIA' + 'Q7DEMOWIREMASK23';
const PAYMENT_KEY = 'sk_' + 'live_' + 'Zq83nVh2LmXw5TtB9cRkD4Ye';

/** Tables, a view and rows of the demonstration. */
export const DEMO_SQL: string = `
create table customers (
  id int primary key,
  name text not null,
  email text not null,
  ssn text not null,
  salary numeric(10,2),
  profile jsonb not null,
  notes text
);
create table cards (
  id int primary key,
  customer_id int not null references customers,
  number text not null,
  expires date not null
);
create table api_keys (id int primary key, service text not null, token text not null);
create view customer_cards as
  select c.name as holder, k.number as card, k.expires from customers c join cards k on k.customer_id = c.id;

insert into customers values
  (1, 'Ada Example', 'ada@example.com', '219-09-9999', 81500.00,
   '{"plan": "pro", "phone": "+1 202 555 0143", "tags": ["vip"]}', 'Call back on Tuesday.'),
  (2, 'Bo Sample', 'bo.sample@example.org', '457-55-5462', 64200.00,
   '{"plan": "free", "phone": "+1 202 555 0187", "tags": []}', 'New address: bo.private@example.net');
insert into cards values
  (1, 1, '4242 4242 4242 4242', '2030-01-31'),
  (2, 2, '5555 5555 5555 4444', '2029-06-30');
insert into api_keys values
  (1, 'storage', '${ACCESS_KEY}'),
  (2, 'payments', '${PAYMENT_KEY}');
`;

/** What the API of the demonstration answers. */
export const DEMO_CUSTOMERS: readonly object[] = [
  {
    id: 1,
    name: 'Ada Example',
    email: 'ada@example.com',
    ssn: '219-09-9999',
    salary: 81500,
    card: { number: '4242 4242 4242 4242', expires: '2030-01-31' },
    notes: 'Call back on Tuesday.',
  },
  {
    id: 2,
    name: 'Bo Sample',
    email: 'bo.sample@example.org',
    ssn: '457-55-5462',
    salary: 64200,
    card: { number: '5555 5555 5555 4444', expires: '2029-06-30' },
    notes: 'New address: bo.private@example.net',
  },
];

/** What the demonstration shows, in order. */
export const DEMO_QUERIES: readonly string[] = [
  'select name, email as contact, ssn, salary, profile, notes from customers order by id',
  'select holder, card, expires from customer_cards order by holder',
  'select service, token from api_keys order by id',
];

/**
 * The configuration of the demonstration.
 *
 * @param listenPort - Port of the masked side; 0 = a free one.
 * @param upstreamPort - Port of the database.
 * @param apiPort - Port of the API.
 */
export function demoConfig(listenPort: number, upstreamPort: number, apiPort: number): string {
  return `listeners:
  - name: demo
    protocol: postgres
    listen: 127.0.0.1:${listenPort}
    upstream: { host: 127.0.0.1, port: ${upstreamPort} }
  - name: demo-api
    protocol: http
    listen: 127.0.0.1:0
    upstream: { url: "http://127.0.0.1:${apiPort}" }
masking:
  columns:
    - { column: public.customers.ssn, mask: partial, keepLast: 4 }
    - { column: public.cards.number, mask: partial, keepLast: 4 }
    - { column: public.customers.profile, mask: redact, path: $.phone }
    - { column: "*.*.salary", mask: nullify }
  fields:
    - { path: $..ssn, mask: partial, keepLast: 4 }
    - { name: salary, mask: nullify }
  detect: { packs: [pii, secrets], mask: redact }
log: { level: warn }
`;
}

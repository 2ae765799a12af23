// Masks rows and texts without any connection: for an API, a log, a tool's answer.
import { createMasker } from 'wiremask';

const masker = await createMasker({
  masking: {
    columns: [{ column: '*.customers.ssn', mask: 'partial', keepLast: 4 }],
    detect: { mask: 'redact' },
  },
});

const row = { id: 7, ssn: '219-09-9999', note: 'Write to ada@example.com' };
const masked = masker.maskRow(row, { schema: 'public', table: 'customers' });
process.stdout.write(`${JSON.stringify(masked)}\n${masker.maskText('Call ada@example.com')}\n`);

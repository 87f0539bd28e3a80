import { comesBack } from '../../../tests/support/annex-plans.js';
import { annexFormats } from './annex-export.format.js';

/** Word, which takes as long as the others together, stands with what else goes out: two cores have half each. */
const others = annexFormats.filter((format) => format !== 'docx');

describe('An annex that goes out', () => {
  it.each(others)('comes back without a difference (%s)', (format) => comesBack(format), 600_000);
});

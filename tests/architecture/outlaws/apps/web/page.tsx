import 'react';
import '../../libs/contracts/client.js';
import '../../libs/kernel/index.js'; // breaks: the-browser-knows-contracts-only
import '../api/main.js'; // breaks: the-browser-knows-contracts-only

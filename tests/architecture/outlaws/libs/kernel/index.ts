import './day.js';
import 'node:fs'; // breaks: kernel-stands-alone
import 'pg'; // breaks: kernel-stands-alone
import '#platform/clock'; // breaks: kernel-stands-alone

export type Wish = string;

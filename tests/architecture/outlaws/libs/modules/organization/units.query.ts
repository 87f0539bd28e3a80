import './units.view.js';

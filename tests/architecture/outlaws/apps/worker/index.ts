import './views.js';

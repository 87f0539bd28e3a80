import './not-there.js'; // breaks: every-import-leads-somewhere, views-follow-from-events

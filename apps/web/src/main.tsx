import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app';
import { beginWords } from './words';
import './ui/theme.css';

const root = document.getElementById('root');
if (!root) throw new Error('the page has no root');
await beginWords();
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);

import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import '../ui/base.css';
import '../ui/controls.css';
import './citizen.css';
import './passes/passes.css';
import { Reader } from '../words/language.tsx';
import { App } from './app.tsx';

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <Reader>
      <App />
    </Reader>
  </StrictMode>,
);

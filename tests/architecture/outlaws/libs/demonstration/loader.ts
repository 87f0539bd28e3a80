import '#modules/plan';
import '../modules/plan/plan.decider.js'; // breaks: the-loader-uses-what-everybody-may
import '../../apps/worker/index.js'; // breaks: the-loader-uses-what-everybody-may

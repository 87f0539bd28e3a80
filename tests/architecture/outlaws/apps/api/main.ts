import '#kernel';
import '#platform/config';
import '#modules/plan';
import '#worker';
import '../../libs/demonstration/loader.js';
import '../../libs/modules/plan/plan.query.js'; // breaks: programs-assemble-faces
import '../worker/views.js'; // breaks: programs-assemble-faces
import '../../tests/support/given.js'; // breaks: nothing-rests-on-tests
import '../../libs/modules/plan/plan.decider.spec.js'; // breaks: programs-assemble-faces, nothing-imports-a-spec

import type { Command } from 'commander';
import type { Run } from './command.js';
import type { RuleSetsOptions } from './show-rule-sets.js';

/** `camket rules …` */
export const addRules = (program: Command, run: Run): void => {
  const rules = program.command('rules').description('rule sets: how the deadlines of plans are read');
  rules
    .command('list')
    .description('the rule sets, those of earlier plan years first')
    .option('--json', 'the rule sets as GET /api/v1/rule-sets answers them')
    .action((options: RuleSetsOptions, command: Command) =>
      run.on(command, async (context) => (await import('./show-rule-sets.js')).listRuleSets(context, options)),
    );
  rules
    .command('show')
    .argument('<rule-set>', 'the version of the rule set')
    .description('one rule set with its windows and calendars')
    .option('--json', 'the rule set as GET /api/v1/rule-sets/:version answers it')
    .action((version: string, options: RuleSetsOptions, command: Command) =>
      run.on(command, async (context) => (await import('./show-rule-sets.js')).showRuleSet(context, version, options)),
    );
};

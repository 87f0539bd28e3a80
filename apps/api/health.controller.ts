import { Controller, Get, Header, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Gauge, Registry, collectDefaultMetrics } from 'prom-client';
import { Allow } from '#platform/http';
import { ProcessRunner } from '#platform/processes';
import { Projector } from '#platform/projector';

/** What is told of each view and of each process. */
type Gauges = {
  set(
    labels: Readonly<Record<string, string>>,
    state: { readonly lag: number; readonly position: string; readonly status: string },
  ): void;
};

/** How this program, its views and its processes are: for people, for supervisors, for Prometheus. */
@ApiExcludeController()
@Controller()
export class HealthController {
  private readonly registry = new Registry();
  private readonly views: Gauges;
  private readonly processes: Gauges;
  private readonly faults: Gauge;

  constructor(
    private readonly projector: Projector,
    private readonly runner: ProcessRunner,
  ) {
    collectDefaultMetrics({ register: this.registry });
    this.views = this.gauges('view');
    this.processes = this.gauges('process');
    this.faults = new Gauge({
      name: 'camket_process_faults',
      help: 'Commands of the process that were refused and that nobody has dealt with',
      labelNames: ['process'],
      registers: [this.registry],
    });
  }

  @Get('health')
  @Allow('public')
  async health(@Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    const [views, processes] = await Promise.all([this.projector.states(), this.runner.states()]);
    const status = [...views, ...processes].every(({ status, kept }) => status === 'live' && kept) ? 'ok' : 'degraded';
    void reply.header('cache-control', 'no-store');
    return { status, views, processes };
  }

  @Get('metrics')
  @Allow('public')
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  async metrics(): Promise<string> {
    const [views, processes] = await Promise.all([this.projector.states(), this.runner.states()]);
    for (const { view, ...state } of views) this.views.set({ view }, state);
    for (const { process, faults, ...state } of processes) {
      this.processes.set({ process }, state);
      this.faults.set({ process }, faults);
    }
    return this.registry.metrics();
  }

  private gauges(kind: 'view' | 'process'): Gauges {
    const made = (name: string, help: string): Gauge =>
      new Gauge({ name: `camket_${kind}_${name}`, help, labelNames: [kind], registers: [this.registry] });
    const [lag, position, stopped] = [
      made('lag', `Positions of the log that the ${kind} has not passed`),
      made('position', `Position that the ${kind} has passed`),
      made('stopped', `1 when the ${kind} stands at an event that it cannot take`),
    ];
    return {
      set: (labels, state) => {
        lag.set(labels, state.lag);
        position.set(labels, Number(state.position));
        stopped.set(labels, state.status === 'live' ? 0 : 1);
      },
    };
  }
}

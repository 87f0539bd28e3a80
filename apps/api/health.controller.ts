import { Controller, Get, Header, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Gauge, Registry, collectDefaultMetrics } from 'prom-client';
import { Allow } from '#platform/http';
import { Projector } from '#platform/projector';

/** How this process and its views are: for people, for supervisors, for Prometheus. */
@ApiExcludeController()
@Controller()
export class HealthController {
  private readonly registry = new Registry();
  private readonly lag: Gauge;
  private readonly position: Gauge;
  private readonly stopped: Gauge;

  constructor(private readonly projector: Projector) {
    collectDefaultMetrics({ register: this.registry });
    const registers = [this.registry];
    const labelNames = ['view'];
    this.lag = new Gauge({
      name: 'camket_view_lag',
      help: 'Positions of the log that the view has not passed',
      labelNames,
      registers,
    });
    this.position = new Gauge({
      name: 'camket_view_position',
      help: 'Position that the view has passed',
      labelNames,
      registers,
    });
    this.stopped = new Gauge({
      name: 'camket_view_stopped',
      help: '1 when the view stopped at a poisoned event',
      labelNames,
      registers,
    });
  }

  @Get('health')
  @Allow('public')
  async health(@Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    const views = await this.projector.states();
    const status = views.every((view) => view.status === 'live') ? 'ok' : 'degraded';
    void reply.header('cache-control', 'no-store');
    return { status, views };
  }

  @Get('metrics')
  @Allow('public')
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  async metrics(): Promise<string> {
    for (const { view, lag, position, status } of await this.projector.states()) {
      this.lag.set({ view }, lag);
      this.position.set({ view }, Number(position));
      this.stopped.set({ view }, status === 'live' ? 0 : 1);
    }
    return this.registry.metrics();
  }
}

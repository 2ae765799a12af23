import { createMasker } from 'wiremask';
import { Listener } from './listener/listener.ts';
import { warmUp } from './listener/warm-up.ts';
import type { Sidecar, StartSidecarOptions } from './sidecar-types.ts';

/** Starts every listener, or throws after closing those already bound. */
export async function startSidecar({ config, log, metrics }: StartSidecarOptions): Promise<Sidecar> {
  const started: { readonly listener: Listener; readonly address: string }[] = [];
  const closeAll = async (drainTimeoutMs: number): Promise<void> => {
    await Promise.all(started.map(({ listener }) => listener.close(drainTimeoutMs)));
  };
  let patternEngine: string | undefined;
  try {
    for (const listenerConfig of config.listeners) {
      const masker = await createMasker({
        masking: listenerConfig.masking,
        limits: config.limits,
        httpLimits: config.limits,
        budget: config.budget,
      });
      patternEngine = masker.patternEngine;
      warmUp(masker, listenerConfig.protocol);
      const listener = new Listener({
        config: listenerConfig,
        limits: config.limits,
        masker,
        metrics: metrics.listener(listenerConfig.name),
        log,
      });
      const address = await listener.listen();
      started.push({ listener, address });
      log.info('listening', { listener: listenerConfig.name, address });
    }
  } catch (error) {
    await closeAll(0);
    throw error;
  }
  let closing: Promise<void> | undefined;
  return {
    listeners: started.map(({ listener, address }) => ({ name: listener.name, address })),
    ...(patternEngine === undefined ? {} : { patternEngine }),
    close: (options = {}) => {
      closing ??= closeAll(options.drainTimeoutMs ?? 0);
      return closing;
    },
  };
}

/** Loaded into a program that another one started: it is interrupted when it is told so, and does not outlive the other. */
process.on('message', (told) => {
  if (told === 'interrupt') process.emit('SIGINT');
});
process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
process.channel?.unref();

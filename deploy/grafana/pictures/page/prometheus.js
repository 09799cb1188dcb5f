/** Asks Prometheus' HTTP API, through draw.mjs, and gives what is in the answer's `data`. */
export async function ask(path, parameters) {
  const answer = await fetch(`/api/v1/${path}?${new URLSearchParams(parameters)}`);
  const { status, error, data } = await answer.json();
  if (status !== 'success') throw new Error(`${path} ${JSON.stringify(parameters)}: ${error}`);
  return data;
}

export async function measureInMemory(_taskMs: number): Promise<never[]> {
  return [];
}

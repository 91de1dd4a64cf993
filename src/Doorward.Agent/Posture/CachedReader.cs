namespace Doorward.Agent.Posture;

/// <summary>
/// Keeps what is dear to read and slow to change, such as waiting updates, for a quarter of an hour. It says when that was read; but while
/// all that it was read from is what it was, a reading is as good as a new one.
/// </summary>
/// <param name="inner">Reads it.</param>
/// <param name="inputs">What it is read from, in a form that changes when that does; null when nobody can tell.</param>
internal sealed class CachedReader(IFactReader inner, Func<Machine, string?>? inputs = null) : IFactReader
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);
    private readonly Lock _lock = new();
    private (FactReading Reading, string? Inputs, long Ticks, DateTimeOffset Read)? _last;

    public string Fact => inner.Fact;

    public FactReading Read(Machine machine)
    {
        lock (_lock)
        {
            // Taken before it is read: what changes meanwhile has changed since.
            var now = inputs?.Invoke(machine);
            if (_last is not { } last || machine.Time.GetElapsedTime(last.Ticks) >= Lifetime || (machine.Time.GetUtcNow() - last.Read).Duration() >= Lifetime)
            {
                var (ticks, read) = (machine.Time.GetTimestamp(), machine.Time.GetUtcNow());
                last = (inner.Read(machine), now, ticks, read);
                _last = last;
            }

            return now is not null && now == last.Inputs ? last.Reading : last.Reading with { Read = last.Read };
        }
    }
}

namespace Doorward.Agent.Posture;

/// <summary>Keeps what is dear to read and slow to change, such as waiting updates, for a quarter of an hour.</summary>
internal sealed class CachedReader(IFactReader inner) : IFactReader
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);
    private readonly Lock _lock = new();
    private (FactReading Reading, long Ticks, DateTimeOffset Read)? _last;

    public string Fact => inner.Fact;

    public FactReading Read(Machine machine)
    {
        lock (_lock)
        {
            if (_last is { } last && machine.Time.GetElapsedTime(last.Ticks) < Lifetime && (machine.Time.GetUtcNow() - last.Read).Duration() < Lifetime)
                return last.Reading;
            var reading = inner.Read(machine);
            _last = (reading, machine.Time.GetTimestamp(), machine.Time.GetUtcNow());
            return reading;
        }
    }
}

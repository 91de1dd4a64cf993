using System.Collections.Concurrent;

namespace Doorward.Control.Devices.Providers;

/// <summary>How providers do since this process began. Kept in memory: the record has what they said.</summary>
internal sealed class ProviderStates(TimeProvider time)
{
    private const int Most = 1_000;
    private readonly ConcurrentDictionary<string, ProviderState> _states = new(StringComparer.Ordinal);

    public ProviderState Of(string name) => _states.GetValueOrDefault(name) ?? new ProviderState();

    public void Heard(string name, ProviderFigures figures) => Update(name, state => state with { Heard = time.GetUtcNow(), Figures = figures, Problem = null });

    public void Failed(string name, string problem) => Update(name, state => state with { Problem = problem });

    public void Refused(string name) => Update(name, static state => state with { Refused = state.Refused + 1 });

    private void Update(string name, Func<ProviderState, ProviderState> change)
    {
        if (_states.Count >= Most && !_states.ContainsKey(name)) return;
        _states.AddOrUpdate(name, static (_, change) => change(new ProviderState()), static (_, state, change) => change(state), change);
    }
}

/// <param name="Heard">When it last said something that was taken.</param>
/// <param name="Figures">What that was.</param>
/// <param name="Problem">Why it could not be asked; null when it could.</param>
/// <param name="Refused">How many of its webhooks were refused.</param>
public sealed record ProviderState(DateTimeOffset? Heard = null, ProviderFigures? Figures = null, string? Problem = null, long Refused = 0);

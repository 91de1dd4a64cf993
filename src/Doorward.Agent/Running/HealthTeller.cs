using Doorward.Agent.Control;
using Doorward.Agent.Keys;
using Doorward.Agent.State;
using Doorward.Core.Devices.Reports;

namespace Doorward.Agent.Running;

/// <summary>
/// Says how the device does by what the control plane just answered, to a report or to being asked: in the file that everybody may read,
/// and in the journal when it changed. One call after the other, so that the last to be told is the last to be heard.
/// </summary>
internal sealed class HealthTeller(HealthWords words, HealthFile<AgentHealth> file, TimeProvider time, TextWriter log) : IDisposable
{
    private static readonly TimeSpan s_fresh = TimeSpan.FromSeconds(1);
    private readonly SemaphoreSlim _turn = new(1);
    private string _said = "";
    private (AgentHealth Health, long At)? _last;

    public Task<Heard<ReportAnswer>> ReportAsync(Func<Task<Heard<ReportAnswer>>> report, CancellationToken ct) => InTurnAsync(async () =>
    {
        var heard = await HearAsync(report);
        Tell(words.Of(heard));
        return heard;
    }, ct);

    /// <summary>Whoever asks often gets the last answer again.</summary>
    public Task<AgentHealth> AskAsync(Func<Task<Heard<DeviceHealth>>> ask, CancellationToken ct) => InTurnAsync(async () =>
    {
        if (_last is { } last && time.GetElapsedTime(last.At) < s_fresh) return last.Health;
        var health = words.Of(await HearAsync(ask));
        Tell(health);
        return health;
    }, ct);

    public void Dispose() => _turn.Dispose();

    private static async Task<Heard<T>> HearAsync<T>(Func<Task<Heard<T>>> call)
        where T : class
    {
        try
        {
            return await call();
        }
        catch (DeviceKeyException error)
        {
            // A TPM or token that is away may come back.
            return new Heard<T>(null, null, error.Message);
        }
    }

    private async Task<T> InTurnAsync<T>(Func<Task<T>> call, CancellationToken ct)
    {
        await _turn.WaitAsync(ct);
        try
        {
            return await call();
        }
        finally
        {
            _turn.Release();
        }
    }

    private void Tell(AgentHealth health)
    {
        _last = (health, time.GetTimestamp());
        try
        {
            file.Write(health);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            log.WriteLine($"cannot say how it does: {error.Message}");
        }

        var said = $"{health.Colour}{string.Concat(health.Reasons.Select(static reason => $"; {reason.What}"))}";
        if (said == _said) return;
        _said = said;
        log.WriteLine(said);
        log.Flush();
    }
}

using System.Text.Json.Nodes;
using CsCheck;
using Doorward.Testing.Product;

namespace Doorward.EndToEnd.Tests.Histories;

/// <summary>Changes who may do what, one change after the other on each switch, and insists on every one until it is acknowledged.</summary>
internal sealed class Administrator(LocalApi api, Recording recording, ulong seed)
{
    // Long enough that what must not be served any more would be.
    private const int LeastPause = 1_300;
    private const int MostPause = 3_000;

    public Task RunAsync(CancellationToken stop) => Task.WhenAll(
        LoopAsync(new PCG(1, seed), RevokeAsync, stop), LoopAsync(new PCG(2, seed), KeepSomebodyOutAsync, stop), LoopAsync(new PCG(3, seed), KeepEverybodyOutAsync, stop));

    private static async Task LoopAsync(PCG random, Func<PCG, Task> act, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await act(random);
            await PauseAsync(random);
        }
    }

    private async Task RevokeAsync(PCG random)
    {
        var sessions = recording.LiveSessions.Order(StringComparer.Ordinal).ToList();
        if (sessions.Count == 0)
            return;
        var session = sessions[(int)random.Next((uint)sessions.Count)];
        await InsistAsync(new Switch(SwitchKind.Session, session), allows: false, () => api.PostAsync("sessions/revoke", new JsonObject { ["id"] = session }));
    }

    private async Task KeepSomebodyOutAsync(PCG random)
    {
        var person = Load.People[(int)random.Next((uint)Load.People.Count)];
        var disables = random.Next(2) == 0;
        var what = new Switch(disables ? SwitchKind.UserEnabled : SwitchKind.Membership, person);
        await InsistAsync(what, allows: false, () => api.ApplyAsync(disables ? Load.User(person, disabled: true) : Load.Staff(Load.People.Where(other => other != person))));
        await PauseAsync(random);
        await InsistAsync(what, allows: true, () => api.ApplyAsync(disables ? Load.User(person, disabled: false) : Load.Staff(Load.People)));
    }

    private async Task KeepEverybodyOutAsync(PCG random)
    {
        var application = random.Next(2) == 0 ? Load.Plain : Load.Strict;
        var what = new Switch(SwitchKind.Policy, application);
        await InsistAsync(what, allows: false, () => api.DeleteAsync($"policies/{application}-for-staff"));
        await PauseAsync(random);
        await InsistAsync(what, allows: true, () => api.ApplyAsync(Load.Policy(application)));
        await PauseAsync(random);
    }

    /// <summary>Every change here can be asked for again: when the answer was lost, nobody knows whether it was made.</summary>
    private async Task InsistAsync(Switch what, bool allows, Func<Task> act)
    {
        var sent = recording.Now;
        while (!await TryAsync(act))
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        recording.Changed(what, allows, sent);
    }

    private static async Task<bool> TryAsync(Func<Task> act)
    {
        try
        {
            await act();
            return true;
        }
        catch (ApiRefusedException refusal) when (refusal.Status == 404)
        {
            return true; // gone already: by the attempt whose answer was lost
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException or ApiRefusedException { Status: 503 })
        {
            return false;
        }
    }

    private static Task PauseAsync(PCG random) =>
        Task.Delay(TimeSpan.FromMilliseconds(LeastPause + random.Next(MostPause - LeastPause)), TimeProvider.System);
}

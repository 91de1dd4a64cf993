using System.Net;
using System.Text;
using System.Text.Json;
using Doorward.Control.Audit;
using Doorward.Control.Identity;
using Doorward.Control.Identity.SignIns;
using Doorward.Control.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Doorward.Console.Tests.Identity;

/// <summary>Nobody signs in, steps up or changes how they sign in without a record of it.</summary>
public sealed class RecordFirstTests : IAsyncLifetime
{
    private static readonly AttemptSource Source = new(IPAddress.Parse("192.0.2.7"));
    private AuthHost host = null!;
    private User alice = null!;

    private AuditLog Audit => host.Services.GetRequiredService<AuditLog>();

    private SignInFlow Flow => host.Services.GetRequiredService<SignInFlow>();

    public async ValueTask InitializeAsync()
    {
        host = await AuthHost.StartAsync();
        alice = await host.AddPersonAsync("alice");
        await using var db = host.OpenDb();
        alice = await db.Users.AsNoTracking().SingleAsync();
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task Nobody_signs_in_while_it_cannot_be_recorded()
    {
        BreakAudit();
        await Assert.ThrowsAsync<AuditUnavailableException>(() => Flow.CompleteAsync(Progress(2), null, Source, CancellationToken.None));
        await using var db = host.OpenDb();
        Assert.Empty(await db.Sessions.ToListAsync());
    }

    [Fact]
    public async Task No_session_is_raised_while_it_cannot_be_recorded()
    {
        var session = (await Flow.CompleteAsync(Progress(1), null, Source, CancellationToken.None))!.Session;
        BreakAudit();
        await Assert.ThrowsAsync<AuditUnavailableException>(() => Flow.CompleteAsync(Progress(3), session, Source, CancellationToken.None));
        await using var db = host.OpenDb();
        Assert.Equal(1, (await db.Sessions.SingleAsync()).Assurance);
    }

    [Theory]
    [InlineData("totp")]
    [InlineData("recovery-codes")]
    [InlineData("all")]
    public async Task No_factor_is_changed_while_it_cannot_be_recorded(string factor)
    {
        var session = (await Flow.CompleteAsync(Progress(2), null, Source, CancellationToken.None))!.Session;
        BreakAudit();
        await Assert.ThrowsAsync<AuditUnavailableException>(() => ChangeAsync(session, factor));
        await using var db = host.OpenDb();
        var user = await db.Users.SingleAsync();
        Assert.Equal((alice.SecurityEpoch, alice.TotpSecretSealed, alice.PasswordHash), (user.SecurityEpoch, user.TotpSecretSealed, user.PasswordHash));
        Assert.Empty(await db.RecoveryCodes.ToListAsync());
    }

    [Fact]
    public async Task What_is_done_is_recorded_as_attempted_and_then_as_done()
    {
        var session = (await Flow.CompleteAsync(Progress(2), null, Source, CancellationToken.None))!.Session;
        await ChangeAsync(session, "totp");
        Assert.Equal(
            ["credential-change attempted", "credential-change done", "sign-in attempted", "sign-in done", "credential-change attempted", "credential-change done"],
            await RecordsAsync());
    }

    [Fact]
    public async Task What_is_done_is_done_and_its_record_follows_where_it_cannot_be_written_at_once()
    {
        var problem = await host.Services.GetRequiredService<SignInAudit>().FactorsAsync(FactorChange.Own("alice", "totp", "removed", Source), () =>
        {
            BreakAudit();
            return Task.FromResult<CredentialProblem?>(null);
        }, CancellationToken.None);
        Assert.Null(problem);
        var begun = TimeProvider.System.GetTimestamp();
        while ((await RecordsAsync()).Count(record => record == "credential-change done") < 2)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(begun) < TimeSpan.FromSeconds(60));
            host.Time.Advance(TimeSpan.FromSeconds(1));
            try
            {
                await Audit.AppendAsync(FactorChange.Own("alice", "totp", "added", Source).Record("attempted"));
            }
            catch (AuditUnavailableException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
            }
        }
    }

    private async Task<IReadOnlyList<string>> RecordsAsync()
    {
        using var output = new MemoryStream();
        await AuditExport.WriteAsync(Path.GetDirectoryName(host.DatabaseFile)!, output);
        return [.. Encoding.UTF8.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<JsonElement>(line))
            .Select(record => $"{record.GetProperty("action").GetString()} {record.GetProperty("outcome").GetString()}")];
    }

    private async Task ChangeAsync(Session session, string factor)
    {
        var credentials = host.Services.GetRequiredService<Credentials>();
        switch (factor)
        {
            case "totp": Assert.Null(await credentials.RemoveTotpAsync(session, Source, CancellationToken.None)); break;
            case "recovery-codes": await credentials.NewRecoveryCodesAsync(session, Source, CancellationToken.None); break;
            default: Assert.Null(await credentials.RemoveAllAsync(session.UserId, "local", null, CancellationToken.None)); break;
        }
    }

    // Writing through this link fails as on a full disk.
    private void BreakAudit() => File.CreateSymbolicLink(Audit.Folder.CheckpointDraft, "/dev/full");

    private SignInProgress Progress(int assurance) => new()
    {
        UserId = alice.Id,
        Methods = ["pwd"],
        Assurance = assurance,
        At = host.Time.GetUtcNow(),
        SecurityEpoch = alice.SecurityEpoch,
    };
}

using System.Net.Http.Json;
using System.Text.Json;
using Doorward.Control.Sessions;
using Doorward.Control.Storage;
using Doorward.Core.Sessions;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Tests.Api;

/// <summary>The list of tokens says which of them open something still.</summary>
public sealed class TokenStateTests : IAsyncLifetime
{
    private ApiHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await ApiHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_token_is_live_until_it_is_revoked()
    {
        var (kept, revoked) = (await MakeAsync("robot"), await MakeAsync("other"));
        Assert.Equal(("live", "live"), (await StateAsync(kept), await StateAsync(revoked)));

        using var done = await _host.Local.DeleteAsync($"tokens/{revoked}");

        Assert.Equal(("live", "revoked"), (await StateAsync(kept), await StateAsync(revoked)));
    }

    [Fact]
    public async Task A_token_whose_session_was_ended_says_so()
    {
        var (kept, ended) = (await MakeAsync("robot"), await MakeAsync("other"));

        using var done = await _host.Local.PostAsJsonAsync("sessions/revoke", new { user = "other" });

        Assert.Equal(("live", "ended"), (await StateAsync(kept), await StateAsync(ended)));
    }

    [Fact]
    public async Task A_token_is_ended_after_a_restore_also_when_its_time_has_passed_since()
    {
        var id = await MakeAsync("robot");
        await ChangeAsync(id, static token => SessionEndings.End(token.Session!, TimeProvider.System.GetUtcNow(), SessionEnding.BySystem(SessionEndCause.Restored)));
        Assert.Equal("ended", await StateAsync(id));

        await ExpireAsync(id);

        Assert.Equal("ended", await StateAsync(id));
    }

    [Fact]
    public async Task A_token_past_its_time_is_expired_before_and_after_the_sweep()
    {
        var id = await MakeAsync("robot");
        await ExpireAsync(id);
        Assert.Equal("expired", await StateAsync(id));

        await ChangeAsync(id, static token => SessionEndings.End(token.Session!, TimeProvider.System.GetUtcNow(), SessionEnding.BySystem(SessionEndCause.Expired)));

        Assert.Equal("expired", await StateAsync(id));
    }

    private async Task<string> MakeAsync(string user)
    {
        await _host.AddAsync(user, null);
        using var made = await _host.Local.PostAsJsonAsync("tokens", new { user, applications = new[] { "console" }, days = 3 });
        return (await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
    }

    private async Task<string?> StateAsync(string id) =>
        (await _host.Local.GetFromJsonAsync<JsonElement>("tokens")).GetProperty("items").EnumerateArray()
        .Single(token => token.GetProperty("id").GetString() == id).GetProperty("state").GetString();

    // Through the entry, for nobody else changes the end of a token once it is made.
    private async Task ExpireAsync(string id)
    {
        await using var db = _host.Control.Open();
        var token = await db.Tokens.SingleAsync(t => t.Id == id);
        db.Entry(token).Property(static t => t.Expires).CurrentValue = TimeProvider.System.GetUtcNow().AddMinutes(-1);
        await db.SaveChangesAsync();
    }

    private async Task ChangeAsync(string id, Action<Token> change)
    {
        await using var db = _host.Control.Open();
        change(await db.Tokens.Include(static t => t.Session).SingleAsync(t => t.Id == id));
        await db.SaveChangesAsync();
    }
}

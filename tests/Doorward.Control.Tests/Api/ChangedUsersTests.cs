using System.Net.Http.Json;
using System.Text.Json;
using Doorward.Control.Audit;
using Microsoft.Extensions.DependencyInjection;

namespace Doorward.Control.Tests.Api;

/// <summary>The record of an act names the users that it changed, erasably.</summary>
public sealed class ChangedUsersTests : IAsyncLifetime
{
    private ApiHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await ApiHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task The_record_of_apply_names_the_users_it_changed_and_no_others()
    {
        await ApplyAsync(User("alice", false), User("ben", false), Group("ops"));

        await ApplyAsync(User("alice", true), User("ben", false), Group("dev"));

        var details = await LastAsync();
        Assert.Equal(2, details.GetProperty("changed").GetInt32());
        Assert.Equal(["Created Group dev", "Updated User {user1}"], Changes(details));
        Assert.Equal("alice", details.GetProperty("user1").GetString());
        Assert.DoesNotContain("ben", details.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_record_of_many_users_names_the_first_and_counts_them_all()
    {
        await ApplyAsync([.. Enumerable.Range(0, 150).Select(static i => User($"user-{i}", false)), Group("ops")]);

        var details = await LastAsync();
        Assert.Equal(151, details.GetProperty("changed").GetInt32());
        Assert.Equal(32, details.EnumerateObject().Count(static detail => detail.Name is ['u', 's', 'e', 'r', _, ..]));
    }

    [Fact]
    public async Task A_user_that_was_erased_is_in_no_record_of_apply_and_the_others_stay()
    {
        await ApplyAsync(User("alice", false), User("ben", false));

        await _host.Control.Services.GetRequiredService<AuditLog>().EraseAsync("alice", "local");

        var details = await LastAsync();
        Assert.Equal(["ben", "erased"], new[] { "user1", "user2" }.Select(name => details.GetProperty(name).GetString()!).Order());
    }

    private static object User(string name, bool disabled) => new { kind = "User", name, spec = new { disabled } };

    private static object Group(string name) => new { kind = "Group", name, spec = new { } };

    private static IEnumerable<string> Changes(JsonElement details) => details.GetProperty("changes").EnumerateArray().Select(static change => change.GetString()!).Order(StringComparer.Ordinal);

    private async Task ApplyAsync(params object[] documents)
    {
        using var done = await _host.Local.PostAsJsonAsync("apply", new { documents });
        Assert.True(done.IsSuccessStatusCode, await done.Content.ReadAsStringAsync());
    }

    private async Task<JsonElement> LastAsync() => (await _host.AuditAsync())
        .Last(static line => line.ToString() is var text && text.Contains("resource.apply", StringComparison.Ordinal) && text.Contains("\"changes\"", StringComparison.Ordinal))
        is var line && line.TryGetProperty("entry", out var entry) ? entry.GetProperty("details") : line.GetProperty("details");
}

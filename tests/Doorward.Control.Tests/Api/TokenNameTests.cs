using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Doorward.Control.Tests.Api;

/// <summary>Names of tokens tell them apart: when one has to go, it must be clear which.</summary>
public sealed class TokenNameTests : IAsyncLifetime
{
    private ApiHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await ApiHost.StartAsync();
        await _host.AddAsync("robot", null);
        await _host.AddAsync("other", null);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_name_is_one_live_tokens_of_its_owner_and_free_again_once_that_is_revoked()
    {
        using var first = await MakeAsync("robot", "nightly");
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        using var second = await MakeAsync("robot", "nightly");
        Assert.Equal(HttpStatusCode.BadRequest, second.StatusCode);
        var problem = await second.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("name", problem.GetProperty("field").GetString());
        Assert.Contains("robot has a live token nightly already", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        using var others = await MakeAsync("other", "nightly");
        Assert.Equal(HttpStatusCode.OK, others.StatusCode);

        using var revoked = await _host.Local.DeleteAsync($"tokens/{(await first.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()}");

        using var third = await MakeAsync("robot", "nightly");
        Assert.Equal(HttpStatusCode.OK, third.StatusCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    public async Task An_empty_name_is_refused(string name)
    {
        using var refused = await MakeAsync("robot", name);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Equal("name", (await refused.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("field").GetString());
    }

    [Fact]
    public async Task Without_a_name_each_gets_one_of_its_own()
    {
        for (var i = 0; i < 3; i++)
        {
            using var made = await MakeAsync("robot", null);
            Assert.Equal(HttpStatusCode.OK, made.StatusCode);
        }

        var list = await _host.Local.GetFromJsonAsync<JsonElement>("tokens");
        Assert.Equal(["script", "script-2", "script-3"], list.GetProperty("items").EnumerateArray().Select(one => one.GetProperty("name").GetString()).Order(StringComparer.Ordinal));
    }

    private Task<HttpResponseMessage> MakeAsync(string user, string? name) => name is null
        ? _host.Local.PostAsJsonAsync("tokens", new { user, applications = new[] { "console" } })
        : _host.Local.PostAsJsonAsync("tokens", new { user, applications = new[] { "console" }, name });
}

using Bunit;
using Doorward.Console.Calls;
using Doorward.Console.Policies;
using Doorward.Control.Api;
using Doorward.Control.Decisions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Doorward.Console.Tests.Policies;

/// <summary>Whom a publication concerns, beside its button: found out by itself, and nothing that anybody has to wait for.</summary>
public sealed class ImpactAheadTests : BunitContext
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly FakeTimeProvider _time = new();
    private readonly TaskCompletionSource<ApiAnswer<ReplayAnswer>> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationToken _asked;

    public ImpactAheadTests()
    {
        Services.AddLocalization();
        Services.AddSingleton<TimeProvider>(_time);
    }

    [Fact]
    public async Task It_says_that_it_looks_and_then_what_it_found()
    {
        var shown = Show();
        Assert.StartsWith("Looking whom", Said(shown), StringComparison.Ordinal);
        _answer.SetResult(new(new ReplayAnswer(1, 7, null, 2, 3, []), null));
        await shown.WaitForStateAsync(() => Said(shown) == "2 newly allowed and 3 newly denied. Recorded decisions looked at: 7.", Patience);
    }

    [Fact]
    public async Task What_fails_is_said_with_its_cause_and_that_it_stops_nobody()
    {
        var shown = Show();
        _answer.SetResult(new(null, new ApiProblem { Title = "Too many", Status = 429, Detail = "Two are under way." }));
        await shown.WaitForStateAsync(() => Said(shown).EndsWith("is not known: Two are under way. You can publish all the same.", StringComparison.Ordinal), Patience);
    }

    [Fact]
    public async Task What_takes_too_long_is_given_up_and_said()
    {
        var shown = Show();
        _time.Advance(ImpactAhead.Patience);
        await shown.WaitForStateAsync(() => Said(shown).Contains("no answer within 10 seconds", StringComparison.Ordinal), Patience);
        Assert.True(_asked.IsCancellationRequested);
    }

    [Fact]
    public async Task Nobody_asks_on_for_a_dialog_that_is_closed()
    {
        Show();
        await DisposeComponentsAsync();
        Assert.True(_asked.IsCancellationRequested);
    }

    private IRenderedComponent<ImpactAhead> Show() => Render<ImpactAhead>(parameters => parameters.Add(ahead => ahead.Ask, asked =>
    {
        _asked = asked;
        return _answer.Task;
    }));

    private static string Said(IRenderedComponent<ImpactAhead> shown) => shown.Find("[role=status]").TextContent.Trim();
}

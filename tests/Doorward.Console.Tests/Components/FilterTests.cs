using Bunit;
using Doorward.Console.Calls;
using Doorward.Console.Components;
using Doorward.Console.Overview;
using Doorward.Control.Overview;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Doorward.Console.Tests.Components;

/// <summary>Filters keep what was chosen in the address; a chart says in words what it draws.</summary>
public sealed class FilterTests : BunitContext
{
    public FilterTests()
    {
        Services.AddLocalization();
        Services.AddScoped<Viewer>();
        Services.AddSingleton<AuthenticationStateProvider>(new Tokyo());
    }

    private NavigationManager Navigation => Services.GetRequiredService<NavigationManager>();

    [Fact]
    public void A_moment_is_typed_in_the_zone_of_the_browser_and_stands_in_utc_in_the_address()
    {
        var shown = Render<FilterMoment>(parameters => parameters.Add(filter => filter.Name, "from").Add(filter => filter.Label, "From").Add(filter => filter.Value, "2026-01-31T20:30Z"));
        Assert.Equal("2026-02-01T05:30", shown.Find("input").GetAttribute("value"));
        shown.Find("input").Change("2026-02-01T09:00");
        Assert.EndsWith("?from=2026-02-01T00%3A00Z", Navigation.Uri, StringComparison.Ordinal);
        shown.Find("input").Change("");
        Assert.DoesNotContain("from", Navigation.Uri, StringComparison.Ordinal);
        Assert.Equal("", Render<FilterMoment>(parameters => parameters.Add(filter => filter.Name, "to").Add(filter => filter.Label, "To").Add(filter => filter.Value, "nonsense")).Find("input").GetAttribute("value"));
    }

    [Fact]
    public void A_choice_that_came_by_the_address_is_shown_although_it_is_not_offered_and_never_as_markup()
    {
        var shown = Render<FilterChoice>(parameters => parameters.Add(filter => filter.Name, "cause").Add(filter => filter.Label, "Cause").Add(filter => filter.Any, "Any")
            .Add(filter => filter.Choices, [("NoPermit", "no policy permits it")]).Add(filter => filter.Value, "<b>\u202E"));
        Assert.Equal(["Any", "no policy permits it", "<b>[U+202E]"], shown.FindAll("option").Select(option => option.TextContent));
        shown.Find("select").Change("NoPermit");
        Assert.EndsWith("?cause=NoPermit", Navigation.Uri, StringComparison.Ordinal);
        shown.Find("select").Change("");
        Assert.DoesNotContain("cause", Navigation.Uri, StringComparison.Ordinal);
    }

    [Fact]
    public void What_comes_back_of_a_search_does_not_write_over_what_was_typed_meanwhile_and_another_address_does()
    {
        var time = new FakeTimeProvider();
        Services.AddSingleton<TimeProvider>(time);
        var shown = Render<FilterBox>(parameters => parameters.Add(filter => filter.Name, "search").Add(filter => filter.Label, "Search"));
        Type("two ", "?search=two");
        Type("two w", "?search=two%20w");
        StandsIn("two");
        Assert.Equal("two w", Field());
        Type("two words", "?search=two%20words");
        StandsIn("two w");
        Assert.Equal("two words", Field());
        StandsIn("two words");
        StandsIn(null);
        Assert.Equal("", Field());
        StandsIn("a link");
        Assert.Equal("a link", Field());

        void Type(string text, string address)
        {
            shown.Find("input").Input(text);
            // The renderer may hear of it a moment later, and begin to wait only then.
            Assert.True(SpinWait.SpinUntil(() =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return Navigation.Uri.EndsWith(address, StringComparison.Ordinal);
            }, TimeSpan.FromSeconds(30)));
        }

        void StandsIn(string? value) => shown.Render(parameters => parameters.Add(filter => filter.Name, "search").Add(filter => filter.Label, "Search").Add(filter => filter.Value, value));

        string? Field() => shown.Find("input").GetAttribute("value");
    }

    [Fact]
    public void A_chart_says_in_words_what_it_draws()
    {
        var from = DateTimeOffset.UnixEpoch;
        var shown = Render<RateChart>(parameters => parameters.Add(chart => chart.Rates, [new DecisionRate(from, 3, 1), new DecisionRate(from, 0, 0), new DecisionRate(from, 1, 0)]));
        Assert.Equal("Decisions of the last five minutes: 4 allowed, 1 denied, at most 0.8 a second", shown.Find("svg").GetAttribute("aria-label"));
        Assert.Equal(["75", "25"], shown.FindAll("rect.allowed").Select(bar => bar.GetAttribute("height")));
        Assert.Equal("0", Assert.Single(shown.FindAll("rect.denied")).GetAttribute("y"));
        Assert.Empty(Render<RateChart>(parameters => parameters.Add(chart => chart.Rates, [])).FindAll("rect"));
    }

    private sealed class Tokyo : AuthenticationStateProvider
    {
        public override Task<AuthenticationState> GetAuthenticationStateAsync() =>
            Task.FromResult(new AuthenticationState(Viewer.Describe(new Control.Api.InProcess.ActingSession("ses_1", null), "Asia/Tokyo")));
    }
}

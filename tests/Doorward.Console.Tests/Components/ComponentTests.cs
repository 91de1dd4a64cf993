using System.Net;
using Bunit;
using Doorward.Console.Calls;
using Doorward.Console.Components;
using Doorward.Console.Shell;
using Doorward.Control.Api;
using Doorward.Control.Api.Endpoints;
using Doorward.Control.Api.InProcess;
using Doorward.Control.Resources;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.DependencyInjection;

namespace Doorward.Console.Tests.Components;

/// <summary>The parts that pages are made of.</summary>
public sealed class ComponentTests : BunitContext
{
    public ComponentTests()
    {
        Services.AddLocalization();
        Services.AddSingleton(TimeProvider.System).AddScoped<Browser>().AddScoped<Toasts>();
        Services.AddScoped<Viewer>();
        Services.AddSingleton<AuthenticationStateProvider>(new Somebody("Asia/Tokyo"));
        JSInterop.Mode = JSRuntimeMode.Loose;
    }

    [Fact]
    public void A_problem_is_read_out_with_its_place_and_what_to_do_and_never_as_markup()
    {
        var problem = new ApiProblem
        {
            Title = "Nothing was changed",
            Status = 400,
            Detail = "<b>bold</b> \u202Ereversed",
            Fix = "Write it again.",
            Errors = [new ResourceError { Kind = "Policy", Name = "one", Line = 3, Column = 7, Message = "unexpected token" }, new ResourceError { Message = "and more" }],
        };
        var shown = Render<Trouble>(parameters => parameters.Add(trouble => trouble.Problem, problem).Add(trouble => trouble.Reference, "dec_1"));
        var alert = shown.Find("[role=alert]");
        Assert.Contains("<b>bold</b> [U+202E]reversed", alert.TextContent, StringComparison.Ordinal);
        Assert.Contains("Policy one 3:7: unexpected token", alert.TextContent, StringComparison.Ordinal);
        Assert.Contains("Write it again.", alert.TextContent, StringComparison.Ordinal);
        Assert.Contains("dec_1", alert.TextContent, StringComparison.Ordinal);
        Assert.Empty(Render<Trouble>().Nodes);
    }

    [Fact]
    public void A_command_in_what_to_do_stands_as_one_and_not_between_marks()
    {
        var problem = new ApiProblem { Title = "Not found", Status = 404, Fix = "Only in the log (`doorward audit export`).", Errors = [new ResourceError { Message = "first", Fix = "Run `one`." }, new ResourceError { Message = "an odd ` mark" }] };
        var shown = Render<Trouble>(parameters => parameters.Add(trouble => trouble.Problem, problem));
        Assert.Equal(["one", "doorward audit export"], shown.FindAll("code").Select(static code => code.TextContent));
        Assert.EndsWith("Only in the log (doorward audit export).", shown.Find("[role=alert]").TextContent.Trim(), StringComparison.Ordinal);
        Assert.Contains("an odd ` mark", shown.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_half_typed_is_kept_under_the_name_of_who_types()
    {
        Render<KeptForm>(parameters => parameters.Add(form => form.Name, "new/person").Add(form => form.OnSubmit, static () => { })
            .AddCascadingValue(new MeView("alice", "User", null, 2, [], [])));
        Assert.Equal("form:alice/new/person", Assert.Single(JSInterop.Invocations["doorward.keepForm"]).Arguments[1]);
    }

    [Fact]
    public void A_moment_is_shown_in_the_zone_of_the_browser_and_its_title_says_how_far_that_is_from_utc()
    {
        var shown = Render<LocalMoment>(parameters => parameters.Add(moment => moment.At, new DateTimeOffset(2026, 1, 31, 20, 30, 0, TimeSpan.Zero))).Find("time");
        Assert.Equal("2026-02-01 05:30", shown.TextContent);
        Assert.Equal("2026-02-01 05:30:00 (UTC+9), 2026-01-31 20:30:00 UTC", shown.GetAttribute("title"));
        Assert.Equal("2026-01-31T20:30:00Z", shown.GetAttribute("datetime"));
    }

    [Fact]
    public void An_empty_place_says_what_belongs_there_and_how_to_begin()
    {
        var shown = Render<EmptyState>(parameters => parameters.Add(empty => empty.Title, "Nobody").Add(empty => empty.Command, "doorward user invite NAME").AddChildContent("<p>People.</p>"));
        Assert.Equal("Nobody", shown.Find("h2").TextContent);
        Assert.Equal("doorward user invite NAME", shown.Find("code").TextContent);
    }

    [Fact]
    public async Task Nothing_is_done_without_a_reason_and_a_refusal_stays_in_sight()
    {
        var reasons = new List<string>();
        var refuse = true;
        var shown = Render<ReasonDialog>(parameters => parameters.Add(ask => ask.Title, "End it?").Add(ask => ask.Act, "End").Add(ask => ask.OnAgreed, reason =>
        {
            reasons.Add(reason);
            return Task.FromResult(refuse ? new ApiProblem { Title = "Not allowed", Status = 403 } : null);
        }));
        Assert.Empty(shown.FindAll("form"));
        await shown.InvokeAsync(shown.Instance.OpenAsync);
        await shown.Find("form").SubmitAsync();
        Assert.Empty(reasons);
        Assert.Equal("true", shown.Find("input").GetAttribute("aria-invalid"));

        await shown.Find("input").InputAsync(" left the company ");
        await shown.Find("form").SubmitAsync();
        Assert.Equal(["left the company"], reasons);
        Assert.Contains("Not allowed", shown.Find("[role=alert]").TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain(JSInterop.Invocations, call => call.Identifier == "doorward.close");

        refuse = false;
        await shown.Find("form").SubmitAsync();
        Assert.Contains(JSInterop.Invocations, call => call.Identifier == "doorward.close");
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("Europe/Nowhere")]
    [InlineData(null)]
    public async Task A_zone_that_is_none_is_utc(string? zone) => Assert.Equal(TimeZoneInfo.Utc, await new Viewer(new Somebody(zone)).ZoneAsync());

    private sealed class Somebody(string? zone) : AuthenticationStateProvider
    {
        public override Task<AuthenticationState> GetAuthenticationStateAsync() =>
            Task.FromResult(new AuthenticationState(Viewer.Describe(new ActingSession("ses_1", IPAddress.Loopback), zone)));
    }
}

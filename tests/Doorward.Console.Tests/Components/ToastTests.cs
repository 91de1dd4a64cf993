using Bunit;
using Doorward.Console.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Doorward.Console.Tests.Components;

/// <summary>What is said of acts that are done.</summary>
public sealed class ToastTests : BunitContext
{
    private readonly FakeTimeProvider _time = new();

    public ToastTests()
    {
        Services.AddLocalization();
        Services.AddSingleton<TimeProvider>(_time);
        Services.AddScoped<Toasts>();
    }

    [Fact]
    public async Task What_was_done_is_taken_back_once_and_no_longer_offered()
    {
        var undone = 0;
        var bar = Render<ToastBar>();
        await bar.InvokeAsync(() => Services.GetRequiredService<Toasts>().Offer("Removed <b>bob</b>.", "Undo", () => Task.FromResult(++undone)));
        Assert.Equal("Removed <b>bob</b>.", bar.Find(".toast span").TextContent);
        await bar.Find(".toast button").ClickAsync(new());
        Assert.Equal(1, undone);
        Assert.Empty(bar.FindAll(".toast"));
    }

    [Fact]
    public async Task It_is_said_for_twenty_seconds_and_the_newest_three_at_most()
    {
        var bar = Render<ToastBar>();
        var toasts = Services.GetRequiredService<Toasts>();
        foreach (var text in new[] { "one", "two", "three", "four" })
            await bar.InvokeAsync(() => toasts.Say(text));
        Assert.Equal(["two", "three", "four"], bar.FindAll(".toast span").Select(static said => said.TextContent));
        _time.Advance(TimeSpan.FromSeconds(19));
        Assert.Equal(3, toasts.Shown.Count);
        _time.Advance(TimeSpan.FromSeconds(2));
        bar.WaitForAssertion(() => Assert.Empty(bar.FindAll(".toast")), TimeSpan.FromSeconds(30));
    }
}

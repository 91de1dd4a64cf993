using Doorward.Console.Assets;
using Doorward.Console.Browsers;
using Doorward.Console.Devices;
using Doorward.Console.Identity;
using Doorward.Console.Identity.Agents;
using Doorward.Console.Identity.Confirming;
using Doorward.Console.Identity.Enrolment;
using Doorward.Console.Identity.Oidc;
using Doorward.Console.Identity.Recovery;
using Doorward.Console.Identity.SignIn;
using Doorward.Console.Landing;
using Doorward.Console.SelfService;
using Doorward.Control.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Doorward.Console;

/// <summary>The pages that people meet at the sign-in host, and the console's.</summary>
public static class DoorwardPages
{
    public static IServiceCollection AddDoorwardPages(this IServiceCollection services)
    {
        services.AddConsole();
        services.AddHttpContextAccessor();
        services.AddAntiforgery(options =>
        {
            options.FormFieldName = "csrf";
            options.HeaderName = null;
            options.SuppressXFrameOptionsHeader = true;
            options.Cookie.Name = "__Host-doorward-csrf";
            options.Cookie.Path = "/";
            options.Cookie.SecurePolicy = CookieSecurePolicy.Always;
            options.Cookie.SameSite = SameSiteMode.Lax;
        });
        services.AddSingleton<SealedCookies>();
        services.AddScoped<Visit>();
        services.AddSingleton<TotpForms>();
        services.AddScoped<SignInSteps>();
        services.AddScoped<DeviceStep>();
        services.AddScoped<EnrolmentSteps>();
        services.AddScoped<ShownCodes>();
        services.AddScoped<ConfirmSteps>();
        services.AddScoped<OwnAccount>();
        return services;
    }

    /// <summary>Maps the pages of the sign-in host and of the console's.</summary>
    public static void MapDoorwardPages(this WebApplication app)
    {
        var address = app.Services.GetRequiredService<InstallationAddress>();
        app.UseWhen(static http => http.GetEndpoint()?.Metadata.GetMetadata<PageMetadata>() is not null, static pages =>
        {
            pages.Use(PageHeaders.Apply);
            pages.Use(ConsoleEndpoints.Admit);
            pages.UseWhen(static http => !http.Request.Path.StartsWithSegments(ConsoleEndpoints.CircuitPath), static forms => forms.Use(OwnForms.Require));
        });
        var auth = app.MapGroup("").RequireHost(address.AuthHost).WithMetadata(new PageMetadata()).DisableAntiforgery();
        PageAssets.Map(auth, [PageAssets.Stylesheet, PageAssets.Icon, PageAssets.SendOnce, PageAssets.Passkeys, PageAssets.CloseWindow, PageAssets.CopyText, PageAssets.DeviceCheck]);
        SignInEndpoints.Map(auth);
        PasskeyEndpoints.Map(auth);
        ProviderEndpoints.Map(auth);
        ConfirmEndpoints.Map(auth);
        EnrolmentEndpoints.Map(auth);
        RecoveryCodeEndpoints.Map(auth);
        OidcEndpoints.Map(auth);
        AgentEndpoints.Map(auth);
        ApplicationEndpoints.Map(auth);
        FactorEndpoints.Map(auth);
        SessionEndpoints.Map(auth);
        OwnDeviceEndpoints.Map(auth);
        SignOutEndpoints.Map(auth);
        ChallengeEndpoint.Map(auth);
        DeviceCheckEndpoints.Map(auth);
        UnknownPage.Map(auth);
        var console = app.MapGroup("").RequireHost(address.ConsoleHost).WithMetadata(new PageMetadata()).DisableAntiforgery();
        ConsoleEndpoints.Map(console);
        app.UseWhen(http => string.Equals(http.Request.Host.Host, address.ConsoleHost, StringComparison.OrdinalIgnoreCase), static host => host.Use(UnknownPage.Answer));
    }

    // DisableAntiforgery above switches off the framework's check, which only form-binding endpoints obey; OwnForms checks all.
    private sealed class PageMetadata;
}

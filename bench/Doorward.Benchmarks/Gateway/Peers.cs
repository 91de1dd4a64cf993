using System.Net;
using System.Security.Claims;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Yarp.ReverseProxy.Configuration;

namespace Doorward.Benchmarks.Gateway;

/// <summary>What the gateway is compared with: the same YARP with nothing in front, and with ASP.NET Core's cookie sign-in and a policy.</summary>
internal static class Peers
{
    /// <summary>A 1 KB answer.</summary>
    public static async Task<int> UpstreamAsync()
    {
        var app = NewBuilder(null).Build();
        var body = new byte[1024];
        Array.Fill(body, (byte)'x');
        app.Run(context =>
        {
            context.Response.ContentLength = body.Length;
            return context.Response.Body.WriteAsync(body).AsTask();
        });
        return await ServeAsync(app);
    }

    public static async Task<int> YarpAsync(string upstream, string certificate, bool withCookies)
    {
        var builder = NewBuilder(X509CertificateLoader.LoadPkcs12FromFile(certificate, null));
        builder.Services.AddReverseProxy().LoadFromMemory(
            [new RouteConfig { RouteId = "all", ClusterId = "up", Match = new RouteMatch { Path = "{**all}" }, AuthorizationPolicy = withCookies ? "people" : null }],
            [new ClusterConfig { ClusterId = "up", Destinations = new Dictionary<string, DestinationConfig> { ["one"] = new() { Address = upstream } } }]);
        if (withCookies)
        {
            builder.Services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie();
            builder.Services.AddAuthorizationBuilder().AddPolicy("people", policy => policy.RequireAuthenticatedUser().RequireClaim("group", "engineering"));
        }

        var app = builder.Build();
        if (withCookies)
        {
            app.UseAuthentication();
            app.UseAuthorization();
            app.MapGet("/sign-in", context => context.SignInAsync(new ClaimsPrincipal(new ClaimsIdentity(
                [new Claim(ClaimTypes.Name, "alice"), new Claim("group", "engineering")], CookieAuthenticationDefaults.AuthenticationScheme))));
        }

        app.MapReverseProxy();
        return await ServeAsync(app);
    }

    private static WebApplicationBuilder NewBuilder(X509Certificate2? certificate)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null)
                listen.UseHttps(certificate);
        }));
        return builder;
    }

    // The port goes to the parent; the end of standard input is the word to stop.
    private static async Task<int> ServeAsync(WebApplication app)
    {
        await app.StartAsync();
        Console.WriteLine(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        await Console.In.ReadToEndAsync();
        return 0;
    }
}

using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Doorward.Console;
using Doorward.Control.Api;
using Doorward.Control.Api.InProcess;
using Doorward.Control.Audit;
using Doorward.Control.Certificates;
using Doorward.Control.Devices;
using Doorward.Control.Identity;
using Doorward.Control.Identity.Agents;
using Doorward.Control.Sessions;
using Doorward.Control.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Doorward.Console.Tests;

/// <summary>The sign-in host on a real Kestrel over TLS with a real installation; only time is made up.</summary>
internal sealed class AuthHost : IAsyncDisposable
{
    public const string Domain = "doorward.localhost";
    public const string Password = "correct horse battery staple";
    public const string Secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
    private readonly Installation installation;
    private readonly WebApplication app;

    private readonly TimeProvider clock;

    private AuthHost(Installation installation, WebApplication app, X509Certificate2 certificate, TimeProvider clock)
    {
        this.clock = clock;
        (this.installation, this.app, Certificate) = (installation, app, certificate);
        ListeningPort = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;
    }

    public X509Certificate2 Certificate { get; }
    public FakeTimeProvider Time => (FakeTimeProvider)clock;
    public SecretSealer Sealer => installation.Sealer;
    public string DatabaseFile => installation.Data.Database;

    /// <summary>The port that people type; what listens is behind it, as it is behind the gateway.</summary>
    public static int Port => 8443;
    public int ListeningPort { get; }
    public IServiceProvider Services => app.Services;
    public static string Origin => $"https://auth.{Domain}:{Port}";
    public TestBrowser NewBrowser() => new(this);

    public static async Task<AuthHost> StartAsync(TimeProvider? clock = null)
    {
        // Not far from now: others' programs look at their own clock.
        var time = clock ?? new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var installation = Installation.Open(Directory.CreateTempSubdirectory("doorward-").FullName, time);
        var certificate = SelfSigned();
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = installation.Data.Path });
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
        installation.AddTo(builder.Services);
        builder.Services.AddSessions().AddDoorwardIdentity(new InstallationAddress(Domain, Port)).AddCertificates(Domain).AddDevicePages().AddDoorwardPages();
        builder.Services.AddSingleton(services => new AuditLog(
            installation.Data.Path, Options.Create(new AuditOptions()), time, services.GetRequiredService<ILogger<AuditLog>>()));
        // Who looks at the console: nobody, since no gateway says so here.
        builder.Services.AddSingleton<AssertionReader>();
        builder.Services.AddSingleton(static services => new AssertedSession(services.GetRequiredService<AssertionReader>()));
        builder.Services.AddSingleton(static services => new CircuitStanding(services.GetRequiredService<IDbContextFactory<DoorwardDb>>()));
        var app = builder.Build();
        app.MapDoorwardPages();
        app.MapAgents(Domain);
        app.Services.GetRequiredService<AuditLog>().Open();
        await using var db = await app.Services.GetRequiredService<IDbContextFactory<DoorwardDb>>().CreateDbContextAsync();
        await InstallationSeed.PlantAsync(db, installation.Sealer, app.Services.GetRequiredService<CookieKeyRing>(), Domain, Port, time, CancellationToken.None);
        app.Services.GetRequiredService<ProtectionKeys>().Renew();
        await app.StartAsync();
        return new AuthHost(installation, app, certificate, time);
    }

    public DoorwardDb OpenDb() => Services.GetRequiredService<IDbContextFactory<DoorwardDb>>().CreateDbContext();

    /// <summary>A person with the password above and, unless told otherwise, the TOTP secret above.</summary>
    public async Task<User> AddPersonAsync(string name, bool totp = true)
    {
        await using var db = OpenDb();
        var user = new User { UserName = name, NormalizedUserName = name.ToUpperInvariant(), Email = $"{name}@example.test", Created = clock.GetUtcNow() };
        db.Users.Add(user);
        await db.SaveChangesAsync();
        var problem = await Services.GetRequiredService<Credentials>().ImportAsync(user.Id, Password, totp ? Secret : null, replace: false, "local", CancellationToken.None);
        return problem is null ? user : throw new InvalidOperationException(problem.Message);
    }

    public async Task PutAsync(string kind, string name, object spec)
    {
        await using var db = OpenDb();
        var now = clock.GetUtcNow();
        db.Resources.Add(new ResourceDocument
        {
            Kind = kind,
            Name = name,
            Json = JsonSerializer.Serialize(spec, JsonSerializerOptions.Web),
            Created = now,
            Updated = now,
            UpdatedBy = "test",
        });
        await db.SaveChangesAsync();
    }

    public string Code(int stepsAhead = 0) =>
        Control.Identity.Totp.TotpSecret.Parse(Secret)!.CodeAt(Control.Identity.Totp.TotpSecret.StepAt(clock.GetUtcNow()) + stepsAhead).ToString("D6");

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        installation.Dispose();
        Certificate.Dispose();
        Directory.Delete(installation.Data.Path, recursive: true);
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN=auth.{Domain}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName($"auth.{Domain}");
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
    }
}

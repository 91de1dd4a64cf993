using Doorward.Console.Applications;
using Doorward.Console.Connectors;
using Doorward.Console.Devices;
using Doorward.Console.People;
using Doorward.Console.Policies;
using Doorward.Console.Sessions;
using Doorward.Control.Api.Endpoints;
using Doorward.Control.Roles;

namespace Doorward.Console.Palette;

/// <summary>What is found in one area of the console, in this order.</summary>
/// <param name="Texts">Where its words stand.</param>
internal sealed record PaletteArea(Type Texts, params PaletteFind[] Finds)
{
    /// <summary>Every area. Of what is called the same, the first stands first.</summary>
    public static readonly PaletteArea[] All =
    [
        new(typeof(PeopleText),
            new PaletteFind.Listed<PersonView>("people?limit=5", static (person, texts) => new(texts[person.Kind == "service" ? "KindService" : "KindPerson"], person.Name, PersonLinks.Person(person.Name), person.Email)),
            new PaletteFind.Listed<ResourceView>("groups?limit=3&brief=true", static (group, texts) => new(texts["KindGroup"], group.Name, PersonLinks.Group(group.Name))),
            new PaletteFind.Named("KindAct", "NewPerson", "/new/person", ApiAction.Administer)),
        new(typeof(ApplicationsText),
            new PaletteFind.Listed<ResourceView>("applications?limit=5", static (application, texts) => new(texts["Kind"], application.Name, $"/applications/{Uri.EscapeDataString(application.Name)}", SpecText.List(application.Spec["hosts"]))),
            new PaletteFind.Named("KindAct", "New", "/new/application", ApiAction.Administer)),
        new(typeof(ConnectorsText),
            new PaletteFind.Listed<ResourceView>("connectors?limit=5", static (connector, texts) => new(texts["Connector"], connector.Name, $"/connectors/{Uri.EscapeDataString(connector.Name)}")),
            new PaletteFind.Named("KindAct", "Reach", "/new/private-application", ApiAction.Administer)),
        new(typeof(PoliciesText),
            new PaletteFind.Listed<PublishedPolicyView>("published-policies?limit=5", static (policy, texts) => new(texts["Kind"], policy.Name, $"/policies/{Uri.EscapeDataString(policy.Name)}", policy.Says)),
            new PaletteFind.Named("KindPage", "WhatIf", "/what-if"),
            new PaletteFind.Named("KindAct", "New", "/new-policy", ApiAction.Administer)),
        new(typeof(DevicesText),
            new PaletteFind.Named("Page", "Compliance", DeviceLinks.Compliance),
            new PaletteFind.Named("Page", "Rules", DeviceLinks.Rules),
            new PaletteFind.Named("Page", "ProvidersTab", DeviceLinks.Providers),
            new PaletteFind.Named("Page", "InviteTitle", "/new/device", ApiAction.Administer),
            new PaletteFind.Named("Page", "NewRule", "/new/posture-rule", ApiAction.Administer),
            new PaletteFind.Named("Page", "NewProvider", "/new/posture-provider", ApiAction.Administer),
            new PaletteFind.Listed<DeviceView>("devices?limit=5", static (device, texts) => new(texts["One"], device.Name, DeviceLinks.Device(device.Id), device.Owner ?? device.HostName)),
            new PaletteFind.Listed<ResourceView>("posturerules?limit=5", static (rule, texts) => new(texts["Rule"], rule.Name, DeviceLinks.Rule(rule.Name))),
            new PaletteFind.Listed<ResourceView>("postureproviders?limit=5", static (provider, texts) => new(texts["ProviderOne"], provider.Name, DeviceLinks.Provider(provider.Name)))),
        new(typeof(SessionsText),
            new PaletteFind.Listed<SessionView>("sessions?limit=5", static (session, texts) => new(texts["Kind"], session.User, SessionLinks.Session(session.Id), session.Address))),
    ];
}

// What people, streets and towns are called, by country. Lists written for this sample, common names first.
const list = (text) => text.trim().split(/\s*,\s*/);

const english = {
  first:
    list(`James, Mary, Michael, Jennifer, Robert, Linda, David, Elizabeth, William, Susan, John, Sarah, Daniel, Emma,
    Matthew, Olivia, Christopher, Emily, Joseph, Jessica, Thomas, Hannah, Andrew, Grace, Joshua, Karen, Anthony, Laura,
    Benjamin, Rachel, Samuel, Megan, Nicholas, Amy, Ryan, Katherine, Jacob, Rebecca, Kevin, Nicole, Alexander, Victoria,
    Jonathan, Samantha, Timothy, Margaret, Steven, Alice, Edward, Charlotte, Patrick, Natalie, Gregory, Deborah, Peter,
    Julia, Nathan, Abigail, Richard, Christine, Charles, Sophia, Kenneth, Chloe, George, Barbara, Harry, Patricia, Oliver,
    Heather, Jack, Diana, Luke, Eleanor, Adam, Sharon, Aaron, Molly, Henry, Donna, Dennis, Lucy, Walter, Teresa, Tyrone,
    Siobhan, Dwayne, Zoe, Malcolm, Ruth`),
  last: list(`Smith, Johnson, Williams, Brown, Jones, Miller, Davis, Wilson, Anderson, Taylor, Thomas, Moore, Jackson, White,
    Harris, Clark, Lewis, Robinson, Walker, Young, Allen, King, Wright, Scott, Hill, Green, Adams, Baker, Nelson, Carter,
    Mitchell, Roberts, Turner, Phillips, Campbell, Parker, Evans, Edwards, Collins, Stewart, Morris, Rogers, Reed, Cook,
    Morgan, Bell, Murphy, Bailey, Cooper, Richardson, Cox, Howard, Ward, Peterson, Gray, James, Watson, Brooks, Kelly,
    Sanders, Price, Bennett, Wood, Barnes, Ross, Henderson, Coleman, Jenkins, Perry, Powell, Long, Patterson, Hughes,
    Washington, Butler, Simmons, Foster, Bryant, Alexander, Russell, Griffin, Hayes, Myers, Ford, Hamilton, Graham,
    Sullivan, Wallace, Woods, Cole, West, Jordan, Owens, Reynolds, Fisher, Ellis, Harrison, Gibson, McDonald, Cruz,
    Marshall, O'Brien, Freeman, Wells, Webb, Simpson, Stevens, Tucker, Porter, Hunter, Hicks, Crawford, Boyd, Mason,
    Kennedy, Warren, Dixon, Burns, Gordon, Shaw, Holmes, Rice, Robertson, Hunt, Black, Daniels, Palmer, Mills, Grant,
    Knight, Ferguson, Stone, Hawkins, Dunn, Perkins, Hudson, Spencer, Gardner, O'Connor, Payne, Pierce, Berry,
    MacLeod, Fitzgerald, St. John, Lloyd-Jones, Okafor, Nguyen, Chen, Kowalski, Rossi, Novak`),
};
const german = {
  first: list(
    "Lukas, Anna, Jürgen, Sabine, Stefan, Petra, Björn, Käthe, Jörg, Heike, Sören, Ute, Günther, Mia, Leon, Renate",
  ),
  last: list(`Müller, Schmidt, Schneider, Fischer, Weber, Meyer, Wagner, Becker, Schulz, Hoffmann, Schäfer, Koch, Bauer,
    Richter, Klein, Wolf, Schröder, Neumann, Schwarz, Zimmermann, Krüger, Braun, Hofmann, Weiß, König, Köhler, Groß, von Berg`),
};
const french = {
  first: list(
    "Marie, Luc, Hélène, François, Chloé, Rémi, Léa, Jérôme, Zoé, Benoît, Anaïs, Noël, Anne-Sophie, Jean-Pierre",
  ),
  last: list(`Martin, Bernard, Dubois, Petit, Durand, Leroy, Moreau, Simon, Laurent, Lefèvre, Garçon, Fournier, Girard, Bonnet,
    Mercier, Lambert, Béranger, Gauthier, Chevalier, Le Gall, D'Aubigné, Noël, Château, Perrin, Clément`),
};
const indian = {
  first: list(
    "Priya, Rajesh, Ananya, Rohan, Sunita, Deepak, Lakshmi, Aditya, Fatima, Mohammed, Kavita, Vivek, Meera, Arjun",
  ),
  last: list(
    "Sharma, Patel, Singh, Kumar, Gupta, Reddy, Iyer, Khan, Nair, Das, Chopra, Verma, Mehta, Banerjee, Joshi, Rao",
  ),
};
const brazilian = {
  first: list(
    "Maria, João, Ana, José, Gabriela, Antônio, Luís, Conceição, Thiago, Vitória, Beatriz, Caetano",
  ),
  last: list(`Silva, Santos, Oliveira, Souza, Rodrigues, Ferreira, Alves, Pereira, Gonçalves, Araújo, da Silva, dos Santos,
    Ribeiro, Carvalho, Magalhães, Assunção`),
};
const mexican = {
  first: list(
    "Guadalupe, José, María, Ángel, Sofía, Jesús, Ramón, Lucía, Íñigo, Carmen, Andrés, Xóchitl, Luis, Elena",
  ),
  last: list(`Hernández, García, Martínez, López, González, Pérez, Rodríguez, Sánchez, Ramírez, Núñez, Torres, Flores,
    García López, de la Cruz, Ibáñez, Peña, Ortiz, Morales`),
};
const japanese = {
  first: list("Haruto, Sakura, Kenji, Yuki, Takeshi, Aiko, Yūto, Hina, Shōta, Emi"),
  last: list(
    "Satō, Suzuki, Takahashi, Tanaka, Watanabe, Itō, Yamamoto, Nakamura, Kobayashi, Katō, Ōno, Mori",
  ),
};

const atUs = [
  [english, 74],
  [mexican, 12],
  [indian, 4],
  [german, 4],
  [french, 3],
  [japanese, 2],
  [brazilian, 1],
];
const atGb = [
  [english, 86],
  [indian, 9],
  [french, 3],
  [german, 2],
];

/** By country: how many people of a hundred, names with weights, common name, towns with postcodes, streets. */
export const countries = {
  US: {
    share: 62,
    names: atUs,
    called: "United States",
    towns:
      list(`New York|100, Chicago|606, Houston|770, Phoenix|850, Philadelphia|191, Boston|021, Dallas|752, Austin|787,
      Springfield|627, Portland|972, Denver|802, Newark|071`),
    streets:
      list(`Main St, Oak Ave, Maple Street, Park Avenue, 2nd St, Elm Drive, Lincoln Blvd, Cedar Ln, Sunset Blvd, Lake Rd,
      Hillcrest Ct, Martin Luther King Jr Dr, River Road`),
  },
  GB: {
    share: 11,
    names: atGb,
    called: "UK",
    towns: list("London|SW, Leeds|LS, Bristol|BS, Glasgow|G, Manchester|M, Sheffield|S"),
    streets: list("High Street, Church Road, Station Rd, King's Road, Mill Lane, Victoria Street, The Green"),
  },
  DE: {
    share: 8,
    names: [
      [german, 90],
      [english, 6],
      [french, 4],
    ],
    called: "Germany",
    towns: list("Berlin|10, München|80, Köln|50, Hamburg|20, Frankfurt|60"),
    streets: list("Bahnhofstraße, Hauptstr., Gartenweg, Schillerstraße, Am Markt"),
  },
  FR: {
    share: 6,
    names: [
      [french, 95],
      [english, 5],
    ],
    called: "France",
    towns: list("Paris|750, Lyon|690, Marseille|130, Nantes|440"),
    streets: list("rue de la Paix, avenue Victor-Hugo, rue de l'Église, place du Marché"),
  },
  IN: {
    share: 5,
    names: [[indian, 1]],
    called: "India",
    towns: list("Mumbai|400, Delhi|110, Bengaluru|560"),
    streets: list("MG Road, Station Road, Park Street, Nehru Nagar"),
  },
  BR: {
    share: 4,
    names: [[brazilian, 1]],
    called: "Brasil",
    towns: list("São Paulo|010, Rio de Janeiro|200"),
    streets: list("Av. Paulista, Rua das Flores, Rua São José"),
  },
  MX: {
    share: 2,
    names: [[mexican, 1]],
    called: "México",
    towns: list("Ciudad de México|06, Guadalajara|44"),
    streets: list("Av. Juárez, Calle Hidalgo, Av. Revolución"),
  },
  JP: {
    share: 2,
    names: [[japanese, 1]],
    called: "Japan",
    towns: list("Tōkyō|100, Ōsaka|530"),
    streets: list("Chūō-dōri, Meiji-dōri, Sakura-zaka"),
  },
};

/** What friends and call agents write instead of the first name. */
export const nicknames = {
  Michael: "Mike",
  Jennifer: "Jen",
  Robert: "Bob",
  David: "Dave",
  Elizabeth: "Liz",
  William: "Bill",
  Susan: "Sue",
  Daniel: "Dan",
  Matthew: "Matt",
  Christopher: "Chris",
  Joseph: "Joe",
  Jessica: "Jess",
  Thomas: "Tom",
  Andrew: "Andy",
  Joshua: "Josh",
  Anthony: "Tony",
  Benjamin: "Ben",
  Samuel: "Sam",
  Nicholas: "Nick",
  Katherine: "Kate",
  Rebecca: "Becky",
  Alexander: "Alex",
  Victoria: "Vicky",
  Jonathan: "Jon",
  Samantha: "Sam",
  Timothy: "Tim",
  Margaret: "Peggy",
  Steven: "Steve",
  Edward: "Ted",
  Gregory: "Greg",
  Deborah: "Debbie",
  Abigail: "Abby",
  Richard: "Dick",
  Christine: "Chris",
  Charles: "Chuck",
  Kenneth: "Ken",
  Patricia: "Pat",
  James: "Jim",
  José: "Pepe",
  Guadalupe: "Lupe",
  Beatriz: "Bia",
  Stefan: "Steffen",
  Mohammed: "Mo",
};

export const companies =
  list(`brightworks, northgate, oldmill, harborline, bluefin, copperfield, greenleaf, stonebridge, sunnyside,
  quickprint, riverbend, silverlake, topnotch, ironwood, maplecrest, redbrick, clearwater, fairview, goldcoast, highpoint`);
